import { takesAway } from '../contract/takes-away.ts';
import type { Journal } from '../ports/journal.ts';
import type { HooksProven } from '../stack/hooks-step.ts';

/** Runs that are looked at, newest first. */
const runsRead = 1000;

/** Whether the product's hooks were seen done on this site, and whether an uninstall lies between. */
export function hooksProven(journal: Journal): HooksProven {
  let uninstalled = false;
  for (const { id, action } of journal.runs(runsRead)) {
    // Also one that was cut off: what it took away nobody knows.
    if (takesAway(action)) uninstalled = true;
    const done = journal.steps(id).some(({ step, outcome }) => step === 'runHooks' && outcome === 'done');
    if (done) return { here: !uninstalled, ever: true };
  }
  return { here: false, ever: false };
}

/**
 * When each login test of the product last got a token for the first password (ms since the Unix epoch), by the test's id. That
 * the password is refused now has two explanations more than on a new site: somebody has changed it, or took the account away.
 */
export function loginsProven(journal: Journal): ReadonlyMap<string, number> {
  const proven = new Map<string, number>();
  for (const { id } of journal.runs(runsRead)) {
    for (const { event } of journal.events(id)) {
      const { body, at } = event;
      if (body.kind !== 'smoke' || body.result.params.login !== 'accepted') continue;
      proven.set(body.result.id, Math.max(at, proven.get(body.result.id) ?? 0));
    }
  }
  return proven;
}
