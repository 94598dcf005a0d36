import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

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

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // not there, or not for us: the next folder
    return false;
  }
}
