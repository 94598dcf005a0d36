import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Media } from '../ports/media.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { trustLimits } from './limits.ts';
import { verifyBundle } from './verify-bundle.ts';

export interface VerifyMediaInput {
  /** As the officer named it. */
  dir: string;
  /** The officer's trusted root.json. */
  rootFile: string;
  media: Media;
  installedRelease: number | null;
  expectedProduct: string | null;
}

/** Signatures and structure; runs every time, since trust is never remembered, and changes nothing. */
export const verifyMedia: Step<VerifyMediaInput, VerifiedBundle> = {
  id: 'verifyMedia',
  weight: 1,
  unit: 'items',
  reversible: true,
  looksOnly: true,
  check: async () => undefined,
  async run(input, context) {
    context.signal.throwIfAborted();
    const bundle = await verifyBundle({
      media: input.media,
      root: input.rootFile,
      expectedProduct: input.expectedProduct,
      installedRelease: input.installedRelease,
    });
    context.progress(bundle.manifest.files.length, bundle.manifest.files.length);
    return bundle;
  },
  /** The same medium is still there: nobody changed sticks while we looked. */
  async verify(bundle, input) {
    const found = sha256(await input.media.read('bundle.json', trustLimits.manifestBytes));
    if (found !== bundle.manifestDigest) {
      throw new InstallerError('BUNDLE_FILE_CHANGED', {
        params: { file: 'bundle.json', of: 'bundle.json' },
        expected: bundle.manifestDigest,
        found,
      });
    }
  },
};
