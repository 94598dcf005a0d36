import { allDefences } from './defences.ts';
import { type ServedWizard, type ServeOptions, serveBehind } from './serve-behind.ts';

export type { ServedWizard, ServeOptions } from './serve-behind.ts';

/**
 * The wizard for a browser on this machine: loopback only, entered with a one-time address.
 * @throws WIZARD_MISSING, ADDRESS_TAKEN
 */
export function serve(options: ServeOptions): Promise<ServedWizard> {
  return serveBehind(allDefences, options);
}
