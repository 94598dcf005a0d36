import { join } from 'node:path';
import { app, type BrowserWindow, ipcMain } from 'electron';
import { stands } from './defences.ts';
import { Bridge } from './engine/bridge.ts';
import { type PageMessage, portChannel } from './ipc.ts';
import { log } from './log.ts';
import { readSettings } from './settings.ts';
import { hardenEverything } from './window/harden.ts';
import { silenceChromium } from './window/network.ts';
import { openWindow } from './window/open-window.ts';
import { declareScheme, serveOwnScheme } from './window/own-scheme.ts';
import { printToPdf } from './window/print-to-pdf.ts';
import { askBeforeClosing, sayStillStopping } from './window/quit.ts';
import { isOwnSender } from './window/sender.ts';

/** A window and a pipe to the engine process, and nothing else: what is installed, and how, is decided elsewhere. */
const folder = __dirname;
let window: BrowserWindow | null = null;

// Pages are sandboxed whatever their own window asked for.
if (stands('sandbox') && stands('nodeIntegration')) app.enableSandbox();
silenceChromium();
declareScheme();
hardenEverything();

if (!stands('singleInstance') || app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const bridge = new Bridge(readSettings(folder, process.resourcesPath), (message) => void answer(message));
  let closed = false;
  let ended = false;

  app.on('second-instance', () => {
    log('second-instance');
    if (closed) void sayStillStopping();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void bridge.end().finally(() => {
      ended = true;
      // Not from within the quitting that was just put off: Electron would take it for the same one.
      setImmediate(() => app.quit());
    });
  });
  ipcMain.on(portChannel, (event) => {
    if (window === null || !isOwnSender(event, window)) {
      log('sender-refused', { url: event.senderFrame?.url.slice(0, 200) ?? null });
      return;
    }
    event.senderFrame?.postMessage(portChannel, null, [bridge.open()]);
  });
  void app.whenReady().then(() => {
    serveOwnScheme(join(folder, 'renderer'));
    window = openWindow({ folder, stateFile: join(app.getPath('userData'), 'window.json') });
    askBeforeClosing(window, () => bridge.running);
    window.on('closed', () => {
      window = null;
      closed = true;
    });
  });

  async function answer(message: PageMessage): Promise<void> {
    if (message.desktop === 'elevate') return bridge.elevate();
    let file: string | null = null;
    try {
      if (window !== null) file = await printToPdf(window, message.html, message.name);
    } catch (error) {
      log('not-printed', { reason: error instanceof Error ? error.message : String(error) });
    }
    bridge.tell({ desktop: 'printedToPdf', file });
  }
}
