import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InstallerError, systemCode } from '../../installer/base/errors.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import type { BundleOutput } from './bundle-output.ts';
import { type CopyOptions, copyFile, filesBelow } from './copy-files.ts';

export interface Carried {
  /** The file on this machine. */
  file: string;
  /** Where it goes in the bundle. */
  path: string;
  size: number;
}

/**
 * What a file, or all files below a folder, become below `prefix` in the bundle. Throws SOURCE_UNREADABLE, and PRODUCT_FORMAT
 * for names that a bundle cannot hold.
 */
export async function listCarried(source: string, prefix: string): Promise<Carried[]> {
  try {
    const stats = await stat(source);
    if (stats.isFile()) return [{ file: source, path: `${prefix}/${basename(source)}`, size: stats.size }];
    const carried: Carried[] = [];
    for (const path of await filesBelow(source)) {
      const file = join(source, path);
      carried.push({ file, path: `${prefix}/${path}`, size: (await stat(file)).size });
    }
    return carried;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file: source }, cause: error });
  }
}

/** Copies them. Throws USAGE where two sources give the same name. */
export async function carry(
  carried: readonly Carried[],
  output: BundleOutput,
  options: CopyOptions,
): Promise<BundleFile[]> {
  const files: BundleFile[] = [];
  for (const { file, path } of carried) {
    if (output.has(path)) throw new InstallerError('USAGE', { params: { what: file }, found: `${path} twice` });
    files.push(await copyFile(file, path, output, options));
  }
  return files;
}
