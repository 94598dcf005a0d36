import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The mark of files that are still being written; whoever finds one after a crash may delete it. */
export const temporarySuffix = '.airgap-tmp';

/**
 * Writes a file so that after a power cut there is either the old file or the whole new one: temporary file in the same
 * folder, `fill` writes it, fsync of the file, rename, fsync of the folder. When `fill` throws, nothing stays behind.
 * `mode` is set before the first byte is written, so a secret is never readable by others, not even for a moment.
 */
export async function writeAtomically<T>(
  path: string,
  mode: number,
  fill: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}${temporarySuffix}`);
  const handle = await open(temporary, 'wx', mode).catch((error: unknown) => {
    throw aboutFile(error, temporary, path);
  });
  let result: T;
  try {
    try {
      // umask may have taken bits away
      await handle.chmod(mode);
      result = await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw aboutFile(error, temporary, path);
  }
  await syncFolder(dirname(path));
  return result;
}

/** Calls of our own on the temporary file whose errors name no file at all. */
const nameless: readonly unknown[] = ['write', 'fsync', 'fchmod'];

/** The same system error, about the file that was asked for: nobody has heard of the temporary one, or finds it any more. */
function aboutFile(error: unknown, temporary: string, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const isOurs = 'path' in error ? error.path === temporary : nameless.includes(error.syscall);
  return isOurs ? Object.assign(error, { path }) : error;
}

/** Atomic write of a small file's whole content. */
export async function writeFileAtomically(path: string, mode: number, content: Uint8Array | string): Promise<void> {
  await writeAtomically(path, mode, (handle) => handle.writeFile(content));
}

/** Makes a rename or a new entry in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
