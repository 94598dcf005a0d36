import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `done` every `everyMs` until it answers true; false when `limitMs` passed first. */
export async function waitFor(done: () => boolean | Promise<boolean>, limitMs: number, everyMs = 50): Promise<boolean> {
  const until = Date.now() + limitMs;
  for (;;) {
    if (await done()) return true;
    if (Date.now() >= until) return false;
    await sleep(everyMs);
  }
}
