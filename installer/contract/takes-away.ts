import type { Action } from './events.ts';

/** Whether a run of this kind takes away what installs have made; null: the kind of a run is not known yet. */
export function takesAway(action: Action | null): boolean {
  return action === 'uninstall' || action === 'rollBack';
}
