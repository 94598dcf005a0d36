import type { AssumedFile, BundleFile, BundleManifest } from '../../installer/contract/manifest.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';

/**
 * Removes from the output what a site with the base release has already, and gives the list of it. What must be read before the
 * site is looked at stays: `documents` (image manifests and indexes), product/, index.json, oci-layout.
 */
export async function leaveOut(
  output: BundleOutput,
  base: BundleManifest,
  documents: readonly string[],
): Promise<AssumedFile[]> {
  const onSite = new Set([...base.files, ...(base.assumed ?? [])].map(siteKey));
  const kept = new Set(documents);
  const assumed: AssumedFile[] = [];
  for (const file of output.files()) {
    if (kept.has(file.path) || !isKeptOnSite(file.path) || !onSite.has(siteKey(file))) continue;
    await output.remove(file);
    assumed.push({ path: file.path, size: file.size, digest: file.digest });
  }
  await output.removeEmptyFolders();
  return assumed;
}

/** Where a site keeps a file: blobs and models by digest alone, whatever they are called; others under their names. */
function siteKey({ path, digest }: Pick<BundleFile, 'path' | 'digest'>): string {
  const [folder] = path.split('/');
  return folder === 'blobs' || folder === 'models' ? `${folder}:${digest}` : `${path}:${digest}`;
}

function isKeptOnSite(path: string): boolean {
  return /^(blobs|models|packages|tools|sbom)\//.test(path);
}
