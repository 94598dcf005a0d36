import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { systemCode } from '../../base/errors.ts';

/** The first executable file of this name on `path` (as in $PATH), then in `folders`; undefined: there is none. */
export async function findProgram(
  name: string,
  path: string,
  folders: readonly string[] = [],
): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter), ...folders]) {
    // an empty entry means the current folder to a shell: never a place for a program that runs as root
    if (!folder.startsWith('/')) continue;
    const file = join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/**
 * What stands in the way where a program is not found though it may well be there: the first file of this name that is no program for us, else
 * the first folder that we may not look into. `errno` as the system says it.
 */
export async function unusableProgram(
  name: string,
  path: string,
  folders: readonly string[] = [],
): Promise<{ place: string; kind: 'file' | 'folder'; errno: string } | undefined> {
  let closed: string | undefined;
  for (const folder of [...path.split(delimiter), ...folders]) {
    if (!folder.startsWith('/')) continue;
    const file = join(folder, name);
    try {
      const found = await stat(file);
      if (found.isFile() && !(await isExecutable(file))) return { place: file, kind: 'file', errno: 'EACCES' };
    } catch (error) {
      if (systemCode(error) === 'EACCES') closed ??= folder;
    }
  }
  return closed === undefined ? undefined : { place: closed, kind: 'folder', errno: 'EACCES' };
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // not there, or not for us: the next folder
    return false;
  }
}
