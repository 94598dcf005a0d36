import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { BundleFile, BundleManifest } from '../contract/manifest.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { Media } from '../ports/media.ts';
import type { RoleThreshold, Signer, VerifiedBundle } from '../ports/verified-bundle.ts';
import { openVerified } from './open-verified.ts';
import { storedAs } from './stored-files.ts';
import { keysOf } from './threshold.ts';
import type { VerifiedRoot } from './verify-root.ts';

export interface VerifiedParts {
  media: Media;
  manifest: BundleManifest;
  manifestBytes: Buffer;
  root: VerifiedRoot;
  signers: readonly Signer[];
  thresholds: readonly RoleThreshold[];
  /** Where a delta bundle's assumed files are read from. */
  base: BaseStore | undefined;
}

/** The one place that makes a VerifiedBundle: called by verify-bundle.ts alone, after the signatures held. */
export function makeVerifiedBundle(parts: VerifiedParts): VerifiedBundle {
  const { manifest, manifestBytes, root, signers, thresholds } = parts;
  const media = withBase(parts);
  const files = new Map([...manifest.files, ...(manifest.assumed ?? [])].map((file) => [file.path, file]));
  const file = (path: string): BundleFile => {
    const found = files.get(path);
    if (found === undefined) throw new InstallerError('BUNDLE_FILE_MISSING', { params: { file: path } });
    return found;
  };
  const bundle: Omit<VerifiedBundle, keyof Brand> = {
    dir: media.dir,
    manifest,
    manifestDigest: sha256(manifestBytes),
    rootVersion: root.root.version,
    givenRootVersion: root.givenVersion,
    rootDigest: root.digest,
    rootBytes: root.bytes,
    givenRootDigest: root.givenDigest,
    rootKeys: keysOf(root.root.roles),
    signers,
    thresholds,
    file,
    open: (path) => openVerified(media, file(path), manifest.chunkSize),
    read: (path, maxBytes) => readWhole(media, file(path), manifest.chunkSize, maxBytes),
    peek: (path, bytes) => readStart(media, file(path), bytes),
  };
  return bundle as VerifiedBundle;
}

/** The medium, and what the site has of the base release: read alike, hashed alike. */
function withBase({ media, manifest, base }: VerifiedParts): Media {
  if (manifest.assumed === undefined) return media;
  const assumed = new Map(manifest.assumed.map((file) => [file.path, file]));
  return {
    dir: media.dir,
    list: () => media.list(),
    read: (path, maxBytes) => media.read(path, maxBytes),
    stream(path, range) {
      const file = assumed.get(path);
      if (file === undefined) return media.stream(path, range);
      if (base !== undefined) return base.stream(file, range);
      const params = { file: path, release: manifest.base?.release ?? 0 };
      throw new InstallerError('DELTA_FILE_MISSING', { params });
    },
  };
}

/** The type's mark has no value at run time. */
type Brand = Pick<VerifiedBundle, Extract<keyof VerifiedBundle, symbol>>;

async function readWhole(media: Media, file: BundleFile, chunkSize: number, maxBytes: number): Promise<Buffer> {
  if (file.size > maxBytes) {
    throw new InstallerError('BUNDLE_FILE_SIZE', {
      params: { file: file.path },
      expected: `<= ${maxBytes}`,
      found: file.size,
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of openVerified(media, file, chunkSize) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readStart(media: Media, file: BundleFile, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let wanted = Math.min(bytes, file.size);
  for (const stored of storedAs(file)) {
    if (wanted === 0) break;
    const end = Math.min(wanted, stored.size);
    for await (const chunk of media.stream(stored.path, { start: 0, end }) as AsyncIterable<Buffer>) chunks.push(chunk);
    wanted -= end;
  }
  return Buffer.concat(chunks);
}
