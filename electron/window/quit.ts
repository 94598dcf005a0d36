import { app, type BrowserWindow, dialog } from 'electron';
import { stands } from '../defences.ts';
import { log } from '../log.ts';
import { windowTexts } from './texts.ts';

/** Closing the window while a run is under way asks first; without an answer it stays open. */
export function askBeforeClosing(window: BrowserWindow, running: () => boolean): void {
  if (!stands('quitAsks')) return;
  let confirmed = false;
  let asking = false;
  window.on('close', (event) => {
    if (confirmed || !running()) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask(window).then((leave) => {
      asking = false;
      log('quit-asked', { leave });
      confirmed = leave;
      if (leave) window.close();
    });
  });
}

async function ask(window: BrowserWindow): Promise<boolean> {
  const words = windowTexts(app.getLocale());
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: words.quitTitle,
    detail: words.quitDetail,
    buttons: [words.stay, words.leave],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

/** The window is closed, its engine still finishes a step: whoever starts the app again is told why no window comes. */
export async function sayStillStopping(): Promise<void> {
  const words = windowTexts(app.getLocale());
  await dialog.showMessageBox({
    type: 'info',
    message: words.stoppingTitle,
    detail: words.stoppingDetail,
    noLink: true,
  });
}
