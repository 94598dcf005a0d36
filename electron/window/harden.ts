import { app } from 'electron';
import { denyNavigation, denyWebviews, denyWindows } from './navigation.ts';
import { closeSession } from './network.ts';
import { cancelOutsideRequests } from './outside-requests.ts';
import { denyDownloads, denyPermissions } from './permissions.ts';

/** Puts the rules on every session and every page that will ever exist here, before the first of them does. */
export function hardenEverything(): void {
  app.on('session-created', (session) => {
    cancelOutsideRequests(session);
    denyPermissions(session);
    denyDownloads(session);
    void closeSession(session);
  });
  app.on('web-contents-created', (_event, contents) => {
    denyNavigation(contents);
    denyWindows(contents);
    denyWebviews(contents);
  });
}
