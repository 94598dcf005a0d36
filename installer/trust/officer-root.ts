import { constants } from 'node:fs';
import { type FileHandle, open, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../base/errors.ts';
import type { RootCame } from '../contract/requests.ts';
import { trustLimits } from './limits.ts';

/** The root.json that an officer named, read once: from here on only these bytes are used, whatever happens to the path. */
export interface OfficerRoot {
  /** As it was named, for messages. */
  file: string;
  bytes: Buffer;
  came: RootCame;
}

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
 * Reads the officer's root file, and says whether it came with the bundle in `bundleDir` (a real path), so that whoever made
 * the medium could have made both: it lies inside the bundle's folder, or on the same file system, where that is not one of
 * the machine's own. Both are asked of the opened file, so that what is judged is what was read. A copy of the medium's file,
 * made before, cannot be told from another file: only a person knows where that one is from.
 * Throws ROOT_MISSING, ROOT_IS_FOLDER, ROOT_IS_KEY, ROOT_FORMAT.
 */
export async function readOfficerRoot(file: string, bundleDir: string): Promise<OfficerRoot> {
  const handle = await openRoot(file);
  try {
    const bytes = await readWhole(handle, file);
    return { file, bytes, came: await rootCame(handle, bundleDir) };
  } finally {
    await handle.close();
  }
}

/** The officer's root file alone. Throws what `readOfficerRoot` throws. */
export async function readTrustedRoot(file: string): Promise<Buffer> {
  const handle = await openRoot(file);
  try {
    return await readWhole(handle, file);
  } finally {
    await handle.close();
  }
}

async function openRoot(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    throw new InstallerError('ROOT_MISSING', { params: { file }, cause: error });
  }
}

async function readWhole(handle: FileHandle, file: string): Promise<Buffer> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw await isFolder(file);
  if (!stats.isFile() || stats.size > trustLimits.rootBytes) {
    const params = { file, what: 'size' };
    throw new InstallerError('ROOT_FORMAT', { params, expected: `<= ${trustLimits.rootBytes}`, found: stats.size });
  }
  const bytes = await handle.readFile();
  if (keyLike.test(bytes.subarray(0, 64).toString('latin1')))
    throw new InstallerError('ROOT_IS_KEY', { params: { file } });
  return bytes;
}

/** How key files begin: those of ssh-keygen, and PEM. */
const keyLike = /^\s*(ssh-|ecdsa-|sk-|-----BEGIN )/;

/** A slip that is easy to make: the root.json inside is told, never taken by itself. */
async function isFolder(folder: string): Promise<InstallerError> {
  const inside = join(folder, 'root.json');
  const there = await stat(inside).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return new InstallerError('ROOT_IS_FOLDER', { params: { file: folder, instead: there ? inside : '' } });
}

async function rootCame(handle: FileHandle, bundleDir: string): Promise<RootCame> {
  const real = await readlink(`/proc/self/fd/${handle.fd}`);
  if (real.startsWith(`${bundleDir}/`)) return 'medium';
  const [{ dev: ofRoot }, { dev: ofBundle }] = await Promise.all([handle.stat(), stat(bundleDir)]);
  if (ofRoot !== ofBundle) return 'separate';
  return (await Promise.all(systemFolders.map(deviceOf))).includes(ofBundle) ? 'separate' : 'medium';
}

async function deviceOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).dev;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
