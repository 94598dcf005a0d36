import { lstat, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InstallerError, isNoRoom, systemCode } from '../base/errors.ts';

/**
 * The folder that something is to be saved into, as an absolute path. A file that the signed list does not name makes a bundle
 * unusable, so nothing is saved into one, at any depth.
 * @throws FOLDER_IS_BUNDLE
 */
export async function folderToSaveInto(dir: string): Promise<string> {
  const target = resolve(dir);
  for (let above = target; ; above = dirname(above)) {
    if (await isFile(join(above, 'bundle.json'))) {
      throw new InstallerError('FOLDER_IS_BUNDLE', { params: { dir: target, bundle: above } });
    }
    if (above === dirname(above)) return target;
  }
}

/**
 * The same folder where it is there already: what a person expects on a stick must not land in a folder that was made because a
 * name was mistyped.
 * @throws PATH_MISSING, NOT_A_FOLDER
 */
export async function existingFolder(dir: string): Promise<string> {
  if ((await stat(dir)).isDirectory()) return dir;
  throw new InstallerError('NOT_A_FOLDER', { params: { path: dir } });
}

/**
 * Runs what writes into a folder that is there. A refusal is then about that folder and not about a file in it, which the person
 * has not named; also ENOENT, which /proc answers to whoever makes a file there.
 * @throws FOLDER_UNWRITABLE, and whatever else `write` throws
 */
export async function savingInto<T>(dir: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const errno = systemCode(cause);
    if (errno === undefined || isNoRoom(errno)) throw cause;
    throw new InstallerError('FOLDER_UNWRITABLE', { params: { dir, errno }, cause });
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    // Not there yet, or not to be looked into: writing will say so.
    return false;
  }
}
