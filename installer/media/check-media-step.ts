import { InstallerError } from '../base/errors.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { hashEveryByte, listedBytes } from './hash-every-byte.ts';

export interface CheckMediaInput {
  bundle: VerifiedBundle;
  /** True where all that the bundle holds is on the machine already: then nothing will be read from the medium. */
  alreadyInstalled: boolean;
}

/** Finds a damaged file before anything is touched. `bytes`: hashed in this run. */
export const checkMedia: Step<CheckMediaInput, { bytes: number }> = {
  id: 'checkMedia',
  weight: 20,
  unit: 'bytes',
  reversible: true,
  looksOnly: true,
  check: async (input) => (input.alreadyInstalled ? { bytes: 0 } : undefined),
  run: (input, context) =>
    hashEveryByte(input.bundle, {
      signal: context.signal,
      onProgress: (done, total, path) => context.progress(done, total, path),
    }),
  async verify(output, input) {
    const expected = input.alreadyInstalled ? 0 : listedBytes(input.bundle);
    if (output.bytes !== expected) throw new InstallerError('INTERNAL', { expected, found: output.bytes });
  },
};
