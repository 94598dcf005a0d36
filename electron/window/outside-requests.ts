import type { Session } from 'electron';
import { stands } from '../defences.ts';
import { log } from '../log.ts';
import { isOwn } from '../origin.ts';

let cancelled = 0;

/** How many requests to anything but the wizard's own files were cancelled since the app started. */
export function cancelledRequests(): number {
  return cancelled;
}

/** Cancels and counts every request of the session that is not for the wizard's own files. */
export function cancelOutsideRequests(session: Session): void {
  if (!stands('outsideRequests')) return;
  session.webRequest.onBeforeRequest((details, decide) => {
    const cancel = !isOwn(details.url);
    if (cancel) {
      cancelled += 1;
      log('request-cancelled', { url: details.url.slice(0, 200), count: cancelled });
    }
    decide({ cancel });
  });
}
