import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../base/atomic-file.ts';
import { InstallerError, systemCode } from '../base/errors.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { IdOffset } from '../ports/containers.ts';
import { removeIfEmpty } from './release-folder.ts';

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
 * @throws NOT_ROOT when owners cannot be set, DATA_DIR_UNUSABLE when something else than a folder stands there
 */
export async function makeFolders(dataDir: string, folders: readonly DataFolder[]): Promise<void> {
  for (const folder of folders) {
    const path = join(dataDir, folder.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await mkdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
    const found = await look(path);
    if (found === undefined) throw new InstallerError('DATA_DIR_UNUSABLE', { params: { path }, expected: 'a folder' });
    // the owner first: changing it may take bits of the mode away
    if (found.uid !== folder.uid || found.gid !== folder.gid) await own(path, folder);
    await chmod(path, Number.parseInt(folder.mode, 8));
    await syncFolder(dirname(path));
  }
}

/** Removes folders in which nothing lies, and their parents if these are then empty too; never data. */
export async function removeEmptyFolders(dataDir: string, folders: readonly DataFolder[]): Promise<void> {
  for (const { path } of folders) {
    for (let folder = path; folder !== '.'; folder = dirname(folder)) await removeIfEmpty(join(dataDir, folder));
  }
}

async function own(path: string, { uid, gid }: DataFolder): Promise<void> {
  await chown(path, uid, gid).catch((error: unknown) => {
    throw systemCode(error) === 'EPERM' ? new InstallerError('NOT_ROOT', { params: { path }, cause: error }) : error;
  });
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
