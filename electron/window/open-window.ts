import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import { stands } from '../defences.ts';
import { startPage } from '../origin.ts';
import { keepWindowState, readWindowState, smallest, usual } from './window-state.ts';

/** The one window, on the wizard's start page, where and as large as it was last time. */
export function openWindow(options: { folder: string; stateFile: string }): BrowserWindow {
  const state = readWindowState(
    options.stateFile,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...usual,
    ...(state === null ? {} : { x: state.x, y: state.y, width: state.width, height: state.height }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Air-gap Installer',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(options.folder, 'preload.cjs'),
      contextIsolation: stands('contextIsolation'),
      sandbox: stands('sandbox') && stands('nodeIntegration'),
      nodeIntegration: !stands('nodeIntegration'),
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: stands('webSecurity'),
      allowRunningInsecureContent: !stands('insecureContent'),
      experimentalFeatures: !stands('experimentalFeatures'),
      ...(stands('blinkFeatures') ? {} : { enableBlinkFeatures: 'CSSVariables' }),
      webviewTag: !stands('webviewTag'),
      navigateOnDragDrop: false,
      spellcheck: false,
      // The run's events go on while the window is covered.
      backgroundThrottling: false,
    },
  });
  if (state?.maximized === true) window.maximize();
  keepWindowState(window, options.stateFile);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(stands('scheme') ? startPage : `file://${join(options.folder, 'renderer', 'index.html')}`);
  return window;
}
