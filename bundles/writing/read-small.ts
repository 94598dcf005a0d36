import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { InstallerError } from '../../installer/base/errors.ts';

/** A regular file of at most `maxBytes`, whole. Throws SOURCE_UNREADABLE. */
export async function readSmallFile(file: string, maxBytes: number): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    // O_NONBLOCK: opening a FIFO would wait for ever
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, cause: error });
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, expected: 'a file' });
    if (stats.size > maxBytes) {
      throw new InstallerError('SOURCE_UNREADABLE', {
        params: { file },
        expected: `<= ${maxBytes} bytes`,
        found: stats.size,
      });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
