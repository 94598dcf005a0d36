import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { Media } from '../ports/media.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { bundleFindings } from './bundle-findings.ts';
import { trustLimits } from './limits.ts';
import { verifyBundle } from './verify-bundle.ts';

export interface VerifyMediaInput {
  /** As the officer named it. */
  dir: string;
  /** The officer's trusted root.json. */
  rootFile: string;
  media: Media;
  installedRelease: number | null;
  /** As VerifyOptions has it. */
  sourceRelease?: number | null;
  knownRootVersion?: number | null;
  expectedProduct: string | null;
  base?: BaseStore;
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
      ...(input.sourceRelease === undefined ? {} : { sourceRelease: input.sourceRelease }),
      knownRootVersion: input.knownRootVersion ?? null,
      ...(input.base === undefined ? {} : { base: input.base }),
    });
    for (const finding of bundleFindings(bundle.manifest, new Date())) context.emit({ kind: 'finding', finding });
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
