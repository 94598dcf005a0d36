import { InstallerError } from '../base/errors.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { hashEveryByte, listedBytes } from './hash-every-byte.ts';
import { assumedBytes, proveAssumed } from './prove-base.ts';

export interface CheckMediaInput {
  bundle: VerifiedBundle;
  /** True where all that the bundle holds is on the machine already: then nothing will be read from the medium. */
  alreadyInstalled: boolean;
}

/**
 * Finds a damaged file before anything is touched: on the medium and, for a delta bundle, among what its base release has left on
 * this machine. `bytes`: hashed in this run.
 */
export const checkMedia: Step<CheckMediaInput, { bytes: number }> = {
  id: 'checkMedia',
  weight: 20,
  unit: 'bytes',
  reversible: true,
  looksOnly: true,
  check: async (input) => (input.alreadyInstalled ? { bytes: 0 } : undefined),
  async run({ bundle }, { signal, progress }) {
    const total = listedBytes(bundle) + assumedBytes(bundle);
    const onProgress = (done: number, _: number, path: string) => progress(done, total, path);
    let { bytes } = await hashEveryByte(bundle, { signal, onProgress });
    const onBytes = (count: number, path: string) => {
      bytes += count;
      progress(bytes, total, path);
    };
    await proveAssumed(bundle, { signal, onBytes });
    return { bytes };
  },
  async verify(output, { bundle, alreadyInstalled }) {
    const expected = alreadyInstalled ? 0 : listedBytes(bundle) + assumedBytes(bundle);
    if (output.bytes !== expected) throw new InstallerError('INTERNAL', { expected, found: output.bytes });
  },
};
