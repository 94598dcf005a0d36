import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import { isAbsent } from '../base/is-absent.ts';
import { giveFolder } from '../base/own-tree.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { IdOffset } from '../ports/containers.ts';

type DataFolder = ProductDefinition['folders'][number];

/**
 * The folders with the owners that they have on this machine: an engine with `userns-remap` shifts what containers run as, and
 * a folder of the unshifted user would be closed to them.
 */
export function onThisMachine(folders: readonly DataFolder[], { uid, gid }: IdOffset): DataFolder[] {
  return folders.map((folder) => ({ ...folder, uid: folder.uid + uid, gid: folder.gid + gid }));
}

/** True when every folder is there with its owner and mode. */
export async function foldersReady(dataDir: string, folders: readonly DataFolder[]): Promise<boolean> {
  for (const folder of folders) {
    const found = await look(join(dataDir, folder.path));
    if (found === undefined || found.uid !== folder.uid || found.gid !== folder.gid) return false;
    if (found.mode !== Number.parseInt(folder.mode, 8)) return false;
  }
  return true;
}

/**
 * Makes the folders that containers write to, or gives those that are there their owner and mode; what lies in them
 * stays as it is. Parents belong to whoever runs this and may be passed through.
 *
 * @throws NOT_ROOT when owners cannot be set, DATA_DIR_UNUSABLE when something else than a folder stands there, FOLDER_LINK
 */
export async function makeFolders(dataDir: string, folders: readonly DataFolder[]): Promise<void> {
  for (const { path, uid, gid, mode } of folders) {
    await giveFolder(dataDir, path, { uid, gid, mode: Number.parseInt(mode, 8) });
  }
}

/** What `makeFolders` would have to make: of each folder the outermost part that is not there, once. Absolute paths. */
export async function missingFolders(dataDir: string, folders: readonly DataFolder[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const { path } of folders) {
    let at = dataDir;
    for (const name of path.split('/')) {
      at = join(at, name);
      if (!(await isAbsent(at))) continue;
      missing.add(at);
      break;
    }
  }
  return [...missing];
}

/** Follows links: a site may keep its projects on another disk. */
async function look(path: string): Promise<{ uid: number; gid: number; mode: number } | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? { uid: found.uid, gid: found.gid, mode: found.mode & 0o7777 } : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
