import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders below the medium's root that are looked into; a stick with more of them is no vendor's. */
const maxFolders = 500;
const maxDepth = 2;

/**
 * Folders with a regular file bundle.json: the given one and up to two levels below it. Nothing is searched below a bundle.
 * Links are not followed; what cannot be read holds no bundle.
 */
export async function findBundles(root: string, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let level = [root];
  let looked = 0;
  for (let depth = 0; depth <= maxDepth; depth++) {
    const next: string[] = [];
    for (const dir of level) {
      signal?.throwIfAborted();
      if (++looked > maxFolders) return found;
      if (await hasManifest(dir)) found.push(dir);
      else if (depth < maxDepth) next.push(...(await folders(dir)));
    }
    level = next;
  }
  return found;
}

async function hasManifest(dir: string): Promise<boolean> {
  try {
    return (await lstat(join(dir, 'bundle.json'))).isFile();
  } catch {
    // not there, or a medium that was just pulled out
    return false;
  }
}

async function folders(dir: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(dir)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) names.push(entry.name);
      if (names.length >= maxFolders) break;
    }
  } catch {
    return [];
  }
  return names.sort().map((name) => join(dir, name));
}
