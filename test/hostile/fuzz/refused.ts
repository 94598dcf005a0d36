import { InstallerError } from '../../../installer/base/errors.ts';

/** True: refused in the way of the house, with a code of its own. INTERNAL is none: it stands for a mistake of ours. */
export function isRefusal(error: unknown): boolean {
  return error instanceof InstallerError && error.code !== 'INTERNAL';
}

/** The value, or undefined where the work was refused; everything else thrown goes through. */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
