import type { Session } from 'electron';
import { stands } from '../defences.ts';
import { log } from '../log.ts';

/** Asked or checked, every permission is denied: the wizard needs no camera, clipboard, notification, USB device or location. */
export function denyPermissions(session: Session): void {
  if (!stands('permissions')) return;
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    log('permission-denied', { permission });
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Nothing is downloaded: files reach the disk through the engine, which says where it writes them. */
export function denyDownloads(session: Session): void {
  if (!stands('downloads')) return;
  session.on('will-download', (event, item) => {
    event.preventDefault();
    log('download-denied', { name: item.getFilename() });
  });
}
