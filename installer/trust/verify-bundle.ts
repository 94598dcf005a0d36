import { InstallerError } from '../base/errors.ts';
import { bundleManifest, signatureNamespaces } from '../contract/manifest.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { Media } from '../ports/media.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { checkFiles } from './check-files.ts';
import { checkImages } from './check-images.ts';
import { checkManifest } from './check-manifest.ts';
import { trustLimits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { verifySignatureFiles } from './signature-files.ts';
import { metThreshold, requireThreshold } from './threshold.ts';
import { makeVerifiedBundle } from './verified-bundle.ts';
import { readTrustedRoot, verifyRoot } from './verify-root.ts';

export interface VerifyOptions {
  media: Media;
  /** The officer's trusted root.json: its bytes, or the file's path. */
  root: Buffer | string;
  /** Product name that the site has or expects; another one is PRODUCT_MISMATCH. */
  expectedProduct?: string | null;
  /** High-water mark: the highest release ever installed here; a lower one is RELEASE_ROLLBACK. null: none yet. */
  installedRelease?: number | null;
  /** The release that runs here now, null: none; a bundle that needs a later one is SOURCE_RELEASE_TOO_OLD. */
  sourceRelease?: number | null;
  /** The highest root version ever trusted here; a lower one is ROOT_NOT_TRUSTED, whatever file the officer gave. */
  knownRootVersion?: number | null;
  /** What this machine has of the base release, for delta bundles. Without it their assumed files cannot be read. */
  base?: BaseStore;
}

/**
 * Decides whether a bundle is trusted, in the order of TUF's client workflow
 * (https://theupdateframework.github.io/specification/latest/#detailed-client-workflow): root, signatures over bundle.json's
 * bytes, only then their meaning, rollback, the list of files. The bundle's large files are hashed when they are read.
 * What the site knows is checked where it is given: without a site (`bundle verify`) nothing is said about releases.
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
  requireKnownRoot(root.root.version, options.knownRootVersion ?? null);

  const bytes = await media.read('bundle.json', trustLimits.manifestBytes);
  const signatures = await verifySignatureFiles(media, paths, 'bundle.json', bytes, signatureNamespaces.bundle);
  const bundleSigners = requireThreshold('bundle.json', 'bundle', root.root.roles.bundle, signatures);

  const manifest = parseJson(bytes, bundleManifest, 'BUNDLE_FORMAT', 'bundle.json');
  requireProduct(manifest.product.name, options.expectedProduct ?? null);
  requireRelease(manifest.release, options.installedRelease);
  requireSource(manifest.minimumSourceRelease, options.sourceRelease);
  checkManifest(manifest);
  checkFiles(manifest, present);
  const signers = [...root.signers, ...bundleSigners];
  const { roles } = root.root;
  const thresholds = [
    ...(root.signed === null ? [] : [metThreshold('root', roles.root, root.signed)]),
    metThreshold('bundle', roles.bundle, bundleSigners.length),
  ];
  const parts = { media, manifest, manifestBytes: bytes, root, signers, thresholds, base: options.base };
  const bundle = makeVerifiedBundle(parts);
  await checkImages(bundle);
  return bundle;
}

function requireProduct(found: string, expected: string | null): void {
  if (expected !== null && found !== expected) throw new InstallerError('PRODUCT_MISMATCH', { expected, found });
}

/**
 * TUF 5.4.3.1, rollback; and fast-forward: a counter at its end would shut out every later release, so a stolen key cannot put
 * it there in one leap.
 */
function requireRelease(found: number, mark: number | null | undefined): void {
  if (mark === undefined) return;
  if (mark !== null && found < mark) throw new InstallerError('RELEASE_ROLLBACK', { expected: `>= ${mark}`, found });
  const highest = mark === null ? trustLimits.firstRelease : mark + trustLimits.releaseLeap;
  if (found > highest) throw new InstallerError('RELEASE_LEAP', { expected: `<= ${highest}`, found });
}

function requireSource(minimum: number, source: number | null | undefined): void {
  if (source === undefined || minimum <= (source ?? 0)) return;
  throw new InstallerError('SOURCE_RELEASE_TOO_OLD', {
    expected: `>= ${minimum}`,
    ...(source === null ? {} : { found: source }),
  });
}

/** TUF keeps the newest root that it ever trusted: an old one, with keys revoked since, must not come back by way of the officer. */
function requireKnownRoot(found: number, known: number | null): void {
  if (known === null || found >= known) return;
  throw new InstallerError('ROOT_NOT_TRUSTED', { params: { file: 'root.json' }, expected: `>= ${known}`, found });
}
