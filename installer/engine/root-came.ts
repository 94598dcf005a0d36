import { realpath, stat } from 'node:fs/promises';
import { InstallerError, systemCode } from '../base/errors.ts';
import type { RootCame } from '../contract/requests.ts';

/** Folders of the machine itself: what lies on one of their file systems was copied there by somebody. */
const systemFolders = [
  '/',
  '/boot',
  '/etc',
  '/home',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
  '/var/tmp',
];

/**
 * Whether a root.json came with the bundle, so that whoever made the medium could have made both: it lies inside the bundle's
 * folder, or on the same file system, where that is not one of the machine's own. Links are followed. A copy that was made of
 * the medium's file cannot be told from another file: only a person knows where that one is from. Throws ROOT_MISSING.
 */
export async function rootCame({ root, bundle }: { root: string; bundle: string }): Promise<RootCame> {
  const [file, dir] = await Promise.all([realRoot(root), realpath(bundle)]);
  if (file.startsWith(`${dir}/`)) return 'medium';
  const [{ dev: ofRoot }, { dev: ofBundle }] = await Promise.all([stat(file), stat(dir)]);
  if (ofRoot !== ofBundle) return 'separate';
  return (await Promise.all(systemFolders.map(deviceOf))).includes(ofBundle) ? 'separate' : 'medium';
}

async function realRoot(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw new InstallerError('ROOT_MISSING', { params: { file }, cause: error });
  }
}

async function deviceOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).dev;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
