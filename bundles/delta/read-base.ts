import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../../installer/base/errors.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { type BundleManifest, bundleManifest } from '../../installer/contract/manifest.ts';
import { readSmallFile } from '../writing/read-small.ts';

const maxManifestBytes = 64 * 1024 * 1024;

/** The release that a delta bundle builds on. */
export interface Base {
  manifest: BundleManifest;
  /** sha256 of its bundle.json: what the site must have installed. */
  manifestDigest: string;
}

/**
 * The manifest of a base release: a bundle's folder, or one that holds only its bundle.json, or that file. Nothing else of it is
 * read. Who signed it does not matter here: the site takes the delta only where this very manifest was trusted and installed.
 *
 * Throws DELTA_BASE_FORMAT (another product, a release that is not older, not a manifest), SOURCE_UNREADABLE.
 */
export async function readBase(dir: string, product: string, release: number): Promise<Base> {
  const bytes = await readSmallFile(await manifestIn(dir), maxManifestBytes);
  const manifest = parse(bytes, dir);
  if (manifest.product.name !== product) {
    throw unusable(dir, 'product', { expected: product, found: manifest.product.name });
  }
  if (manifest.release >= release) {
    throw unusable(dir, 'release', { expected: `< ${release}`, found: manifest.release });
  }
  return { manifest, manifestDigest: sha256(bytes) };
}

async function manifestIn(dir: string): Promise<string> {
  try {
    return (await stat(dir)).isDirectory() ? join(dir, 'bundle.json') : dir;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file: dir }, cause: error });
  }
}

function parse(bytes: Buffer, dir: string): BundleManifest {
  try {
    return bundleManifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw unusable(dir, 'bundle.json', { cause: error });
  }
}

function unusable(
  dir: string,
  what: string,
  details: { expected?: string | number; found?: string | number; cause?: unknown },
): InstallerError {
  return new InstallerError('DELTA_BASE_FORMAT', { params: { dir, what }, ...details });
}
