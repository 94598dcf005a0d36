import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that are looked into for each folder, and how far down: as far as the scan for media looks. */
const maxFolders = 64;
const maxDepth = 2;

/** Folders below that hold a bundle.json, at most two of them. What cannot be looked into holds none. */
export async function bundlesBelow(dir: string, depth = 1): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).slice(0, maxFolders);
  const found: string[] = [];
  for (const { name } of folders) {
    const folder = join(dir, name);
    if (await holdsManifest(folder)) found.push(folder);
    else if (depth < maxDepth) found.push(...(await bundlesBelow(folder, depth + 1)));
    if (found.length > 1) break;
  }
  return found;
}

export async function holdsManifest(folder: string): Promise<boolean> {
  return lstat(join(folder, 'bundle.json')).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
