import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../installer/base/errors.ts';
import { sha256 } from '../installer/base/hash.ts';
import { type BundleManifest, bundleManifest } from '../installer/contract/manifest.ts';
import { readSmallFile } from './writing/read-small.ts';

const maxManifestBytes = 64 * 1024 * 1024;

/** What a bundle says of itself. Nothing of it has been verified: a forged bundle says what it likes. */
export interface UnverifiedBundle {
  verified: false;
  dir: string;
  manifest: BundleManifest;
  manifestDigest: string;
  /** Names of the signature files that lie there. */
  signatures: string[];
  /** Listed files (count) and their bytes. */
  files: number;
  bytes: number;
}

/** Shows a bundle without judging it. Throws BUNDLE_NOT_FOUND, BUNDLE_FORMAT. */
export async function inspectBundle(dir: string): Promise<UnverifiedBundle> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    throw new InstallerError('BUNDLE_NOT_FOUND', { params: { dir }, cause: error });
  });
  if (!names.includes('bundle.json')) {
    throw new InstallerError('BUNDLE_NOT_FOUND', { params: { dir }, expected: join(dir, 'bundle.json') });
  }
  const bytes = await readSmallFile(join(dir, 'bundle.json'), maxManifestBytes);
  const manifest = parseManifest(bytes);
  return {
    verified: false,
    dir,
    manifest,
    manifestDigest: sha256(bytes),
    signatures: names.filter((name) => name.endsWith('.sig')).sort(),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.size, 0),
  };
}

function parseManifest(bytes: Buffer): BundleManifest {
  try {
    return bundleManifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new InstallerError('BUNDLE_FORMAT', { params: { file: 'bundle.json', what: 'json' }, cause: error });
  }
}
