import { constants } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../base/errors.ts';

/**
 * Opens a regular file below `root` (a real path) for reading. No link is followed, neither in the last place (O_NOFOLLOW)
 * nor on the way there: the kernel's own name for what was opened must be the one asked for. O_NONBLOCK, because opening
 * a FIFO would wait for a writer for ever.
 *
 * Throws BUNDLE_FILE_MISSING, BUNDLE_NOT_A_FILE, and system errors as they come.
 */
export async function openRegularFile(root: string, path: string): Promise<{ handle: FileHandle; size: number }> {
  const whole = join(root, path);
  const handle = await openOrExplain(whole, path);
  try {
    const stats = await handle.stat();
    const real = await readlink(`/proc/self/fd/${handle.fd}`);
    if (!stats.isFile() || real !== whole) {
      throw new InstallerError('BUNDLE_NOT_A_FILE', { params: { file: path }, found: real });
    }
    return { handle, size: stats.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openOrExplain(whole: string, path: string): Promise<FileHandle> {
  try {
    return await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new InstallerError('BUNDLE_FILE_MISSING', { params: { file: path }, cause: error });
    }
    // a link in the last place; a socket
    if (code === 'ELOOP' || code === 'ENXIO') {
      throw new InstallerError('BUNDLE_NOT_A_FILE', { params: { file: path }, cause: error });
    }
    throw error;
  }
}
