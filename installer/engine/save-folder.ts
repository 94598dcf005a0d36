import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InstallerError } from '../base/errors.ts';

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

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    // Not there yet, or not to be looked into: writing will say so.
    return false;
  }
}
