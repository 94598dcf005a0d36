import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Confirmed } from '../contract/requests.ts';
import type { Media } from '../ports/media.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { bundleFindings } from './bundle-findings.ts';
import { trustLimits } from './limits.ts';
import type { OfficerRoot } from './officer-root.ts';
import { type VerifyOptions, verifyBundle } from './verify-bundle.ts';

export interface VerifyMediaInput
  extends Pick<
    VerifyOptions,
    'expectedProduct' | 'installedRelease' | 'sourceRelease' | 'rememberedRoot' | 'knownRootVersion' | 'base'
  > {
  media: Media;
  /** The officer's root.json, read already. */
  root: OfficerRoot;
  /** What was agreed to; null only where nobody was asked, as in tests of the rest. */
  confirmed: Pick<Confirmed, 'root' | 'manifest'> | null;
  /** Somebody said that the fingerprints are those of the vendor's document. */
  compared: boolean;
}

/**
 * Signatures and structure, and that all is what was agreed to; runs every time, since trust is never remembered, and changes
 * nothing. ROOT_NOT_COMPARED where the root came with the bundle and nobody has compared it: such a root vouches for nothing.
 */
export const verifyMedia: Step<VerifyMediaInput, VerifiedBundle> = {
  id: 'verifyMedia',
  weight: 1,
  unit: 'items',
  reversible: true,
  looksOnly: true,
  check: async () => undefined,
  async run({ root, compared, ...options }, context) {
    context.signal.throwIfAborted();
    const bundle = await verifyBundle({ ...options, root });
    if (root.came === 'medium' && !compared) {
      throw new InstallerError('ROOT_NOT_COMPARED', { params: { file: root.file }, found: bundle.rootDigest });
    }
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
