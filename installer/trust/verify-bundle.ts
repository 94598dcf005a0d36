import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Digest } from '../contract/digest.ts';
import { bundleManifest, signatureNamespaces } from '../contract/manifest.ts';
import type { Confirmed } from '../contract/requests.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { Media } from '../ports/media.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { checkFiles } from './check-files.ts';
import { checkImages } from './check-images.ts';
import { checkManifest } from './check-manifest.ts';
import { trustLimits } from './limits.ts';
import { readTrustedRoot } from './officer-root.ts';
import { parseJson } from './parse-json.ts';
import { type RememberedRoot, requireRememberedRoot } from './remembered-root.ts';
import { verifySignatureFiles } from './signature-files.ts';
import { metThreshold, requireThreshold } from './threshold.ts';
import { makeVerifiedBundle } from './verified-bundle.ts';
import { verifyRoot } from './verify-root.ts';

export interface VerifyOptions {
  media: Media;
  /** The officer's trusted root.json: its bytes, or the file's path, which is then read once. */
  root: Buffer | string | { bytes: Buffer; file: string };
  /** Digests of the root document and of bundle.json that a person agreed to; anything else is CONFIRMED_ROOT, CONFIRMED_BUNDLE. */
  confirmed?: Pick<Confirmed, 'root' | 'manifest'> | null;
  /** Product name that the site has or expects; another one is PRODUCT_MISMATCH. */
  expectedProduct?: string | null;
  /** High-water mark: the highest release ever installed here; a lower one is RELEASE_ROLLBACK. null: none yet. */
  installedRelease?: number | null;
  /** The release that runs here now, null: none; a bundle that needs a later one is SOURCE_RELEASE_TOO_OLD. */
  sourceRelease?: number | null;
  /** The newest root that this site ever trusted; one that is neither it nor reached from it by rotation is ROOT_REPLACED. */
  rememberedRoot?: RememberedRoot | null;
  /** All that an older installer remembered of it, a version; a lower one is ROOT_NOT_TRUSTED, whatever file the officer gave. */
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
  const trusted = await officersRoot(options.root);
  const present = await media.list();
  const paths = present.map((file) => file.path);
  await requireConfirmedRoot(media, options.confirmed ?? null);
  const root = await verifyRoot(media, paths, trusted);
  requireConfirmed('CONFIRMED_ROOT', root.digest, options.confirmed?.root);
  requireKnownRoot(root.root.version, options.knownRootVersion ?? null);
  if (options.rememberedRoot != null) await requireRememberedRoot(media, paths, root, options.rememberedRoot);

  const bytes = await media.read('bundle.json', trustLimits.manifestBytes);
  requireConfirmed('CONFIRMED_BUNDLE', sha256(bytes), options.confirmed?.manifest);
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

async function officersRoot(root: VerifyOptions['root']): Promise<{ bytes: Buffer; file: string }> {
  if (typeof root === 'string') return { bytes: await readTrustedRoot(root), file: root };
  return Buffer.isBuffer(root) ? { bytes: root, file: 'root.json' } : root;
}

/**
 * Every rotation ends at the medium's root.json, so another one there than was agreed to is said as what it is, before its
 * signatures are looked at. What counts is the same question about the root that was verified.
 */
async function requireConfirmedRoot(media: Media, confirmed: Pick<Confirmed, 'root'> | null): Promise<void> {
  if (confirmed === null) return;
  requireConfirmed('CONFIRMED_ROOT', sha256(await media.read('root.json', trustLimits.rootBytes)), confirmed.root);
}

function requireConfirmed(code: 'CONFIRMED_ROOT' | 'CONFIRMED_BUNDLE', found: Digest, expected?: Digest): void {
  if (expected === undefined || found === expected) return;
  const file = code === 'CONFIRMED_ROOT' ? 'root.json' : 'bundle.json';
  throw new InstallerError(code, { params: { file }, expected, found });
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
