import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { InstallerError, systemCode } from '../base/errors.ts';
import { readChunkBytes } from '../base/hash.ts';
import type { Media } from '../ports/media.ts';
import { bundlesBelow, holdsManifest } from './bundles-below.ts';
import { listFiles } from './list-files.ts';
import { openRegularFile } from './open-file.ts';
import { type ByteRange, readRange, wholeFile } from './read-range.ts';

/**
 * Opens the bundle in `dir` for reading; writes nothing, so a read-only medium is fine. The folder itself may be reached
 * through links (the officer named it), nothing below it may be one. Throws BUNDLE_NOT_FOUND without a bundle.json,
 * BUNDLE_NOT_A_FOLDER for a file, BUNDLE_BELOW where exactly one bundle lies in a folder below.
 */
export async function openMedia(dir: string): Promise<Media> {
  const root = await realDir(dir);
  await requireManifest(root, dir);
  return {
    dir: root,
    list: () => listFiles(root),
    read: (path, maxBytes) => readSmall(root, path, maxBytes),
    stream: (path, range) =>
      Readable.from(chunks(root, path, range), { objectMode: false, highWaterMark: 2 * readChunkBytes }),
  };
}

async function realDir(dir: string): Promise<string> {
  try {
    return await realpath(dir);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw new InstallerError('BUNDLE_NOT_FOUND', { params: { dir }, cause: error });
  }
}

/** What was probably meant where there is no bundle: told with the refusal, never taken by itself. */
async function notFound(root: string, dir: string, cause: unknown): Promise<InstallerError> {
  if (!(await stat(root)).isDirectory()) {
    const parent = dirname(root);
    const instead = (await holdsManifest(parent)) ? parent : '';
    return new InstallerError('BUNDLE_NOT_A_FOLDER', { params: { dir, instead }, cause });
  }
  const below = await bundlesBelow(root);
  const [instead, another] = below;
  if (instead !== undefined && another === undefined) {
    return new InstallerError('BUNDLE_BELOW', { params: { dir, instead }, cause });
  }
  return new InstallerError('BUNDLE_NOT_FOUND', { params: { dir }, expected: join(dir, 'bundle.json'), cause });
}

async function requireManifest(root: string, dir: string): Promise<void> {
  try {
    const { handle } = await openRegularFile(root, 'bundle.json');
    await handle.close();
  } catch (error) {
    if (!(error instanceof InstallerError) || error.code !== 'BUNDLE_FILE_MISSING') throw error;
    throw await notFound(root, dir, error);
  }
}

async function readSmall(root: string, path: string, maxBytes: number): Promise<Buffer> {
  const { handle, size } = await openRegularFile(root, path);
  try {
    if (size > maxBytes) throw tooLarge(path, maxBytes, size);
    // one byte more than allowed: a file that grows meanwhile is noticed, an endless one ends
    const buffer = Buffer.alloc(Math.min(size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > size) throw tooLarge(path, size, length);
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

function tooLarge(path: string, limit: number, found: number): InstallerError {
  return new InstallerError('BUNDLE_FILE_SIZE', { params: { file: path }, expected: `<= ${limit}`, found });
}

async function* chunks(root: string, path: string, range: ByteRange = wholeFile): AsyncGenerator<Buffer> {
  const { handle } = await openRegularFile(root, path);
  yield* readRange(handle, range);
}
