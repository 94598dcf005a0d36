import { InstallerError } from '../base/errors.ts';
import { bundleManifest, signatureNamespaces } from '../contract/manifest.ts';
import type { Media } from '../ports/media.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { checkFiles } from './check-files.ts';
import { checkImages } from './check-images.ts';
import { checkManifest } from './check-manifest.ts';
import { trustLimits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { verifySignatureFiles } from './signature-files.ts';
import { requireThreshold } from './threshold.ts';
import { makeVerifiedBundle } from './verified-bundle.ts';
import { readTrustedRoot, verifyRoot } from './verify-root.ts';

export interface VerifyOptions {
  media: Media;
  /** The officer's trusted root.json: its bytes, or the file's path. */
  root: Buffer | string;
  /** Product name that the site has or expects; another one is PRODUCT_MISMATCH. */
  expectedProduct?: string | null;
  /** High-water mark: the highest release ever installed here; a lower one is RELEASE_ROLLBACK. */
  installedRelease?: number | null;
}

/**
 * Decides whether a bundle is trusted, in the order of TUF's client workflow
 * (https://theupdateframework.github.io/specification/latest/#detailed-client-workflow): root, signatures over bundle.json's
 * bytes, only then their meaning, rollback, the list of files. The bundle's large files are hashed when they are read.
 * Writes nothing. Throws InstallerErrors of the category `untrusted` (contract/errors.ts), and ROOT_MISSING.
 */
export async function verifyBundle(options: VerifyOptions): Promise<VerifiedBundle> {
  const { media } = options;
  const trusted =
    typeof options.root === 'string'
      ? { bytes: await readTrustedRoot(options.root), file: options.root }
      : { bytes: options.root, file: 'root.json' };
  const present = await media.list();
  const paths = present.map((file) => file.path);
  const root = await verifyRoot(media, paths, trusted);

  const bytes = await media.read('bundle.json', trustLimits.manifestBytes);
  const signatures = await verifySignatureFiles(media, paths, 'bundle.json', bytes, signatureNamespaces.bundle);
  const bundleSigners = requireThreshold('bundle.json', 'bundle', root.root.roles.bundle, signatures);

  const manifest = parseJson(bytes, bundleManifest, 'BUNDLE_FORMAT', 'bundle.json');
  requireProduct(manifest.product.name, options.expectedProduct ?? null);
  requireRelease(manifest.release, options.installedRelease ?? null);
  checkManifest(manifest);
  checkFiles(manifest, present);
  const signers = [...root.signers, ...bundleSigners];
  const bundle = makeVerifiedBundle({ media, manifest, manifestBytes: bytes, root, signers });
  await checkImages(bundle);
  return bundle;
}

function requireProduct(found: string, expected: string | null): void {
  if (expected !== null && found !== expected) throw new InstallerError('PRODUCT_MISMATCH', { expected, found });
}

function requireRelease(found: number, mark: number | null): void {
  if (mark !== null && found < mark) throw new InstallerError('RELEASE_ROLLBACK', { expected: `>= ${mark}`, found });
}
