import { shell, type WebContents } from 'electron';
import { stands } from '../defences.ts';
import { log } from '../log.ts';
import { isOwn } from '../origin.ts';

/** The page stays where it is: it may load itself again, and go nowhere else. */
export function denyNavigation(contents: WebContents): void {
  if (!stands('navigation')) return;
  const stay = (event: { preventDefault: () => void }, url: string) => {
    if (isOwn(url)) return;
    event.preventDefault();
    log('navigation-denied', { url: url.slice(0, 200) });
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
}

/** No second window, whoever asks, and no other program is opened for a link. */
export function denyWindows(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    if (!stands('openExternal')) void shell.openExternal(url);
    if (!stands('windows')) return { action: 'allow' };
    log('window-denied', { url: url.slice(0, 200) });
    return { action: 'deny' };
  });
}

export function denyWebviews(contents: WebContents): void {
  if (!stands('webviewGuard')) return;
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log('webview-denied');
  });
}
