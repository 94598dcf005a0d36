import { join } from 'node:path';
import type { AssumedFile } from '../contract/manifest.ts';
import type { InstalledRelease } from '../media/prove-base.ts';
import { siteStore } from '../media/site-store.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { RunRow } from '../ports/journal.ts';
import { sitePaths } from './site-paths.ts';

/** The installed release as a delta bundle must know it; null: nothing is installed, or it is not known by its manifest. */
export function installedBase(row: RunRow | undefined): InstalledRelease {
  if (row === undefined || row.release === null || row.manifestDigest === null) return null;
  return { release: row.release, manifestDigest: row.manifestDigest };
}

/** What the installed release has put into the data directory, for a delta bundle that leaves it out. */
export function siteBase(dataDir: string, installed: { release: number } | null): { base?: BaseStore } {
  if (installed === null) return {};
  const { release } = installed;
  return { base: siteStore({ dataDir, release, locate: (file) => placeOf(file, release) }) };
}

/**
 * Where a site keeps a file (ARCHITECTURE.md, "State on the site"): blobs in CNCF Distribution's tree
 * (https://distribution.github.io/distribution/storage-drivers/filesystem/), models by digest, others by release.
 */
function placeOf({ path, digest }: AssumedFile, release: number): string | undefined {
  const hex = digest.slice('sha256:'.length);
  const paths = sitePaths('');
  const [folder] = path.split('/');
  if (folder === 'blobs') return join(paths.registry, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  if (folder === 'models') return join(paths.models, hex, 'model.gguf');
  if (folder === 'packages' || folder === 'tools' || folder === 'sbom') return join(paths.files(release), path);
  return undefined;
}
