import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open as openFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { syncFolder, temporarySuffix } from '../base/atomic-file.ts';
import { InstallerError } from '../base/errors.ts';
import { readGguf } from '../base/gguf/header.ts';
import { fileSource } from '../base/gguf/source.ts';
import type { GgufHeader } from '../base/gguf/types.ts';
import type { Digest } from '../contract/digest.ts';

export interface CopyOptions {
  /** The model's id, for messages. */
  readonly model: string;
  readonly digest: Digest;
  readonly size: number;
  readonly signal: AbortSignal;
  onBytes(done: number): void;
}

/**
 * Copies a model beside its place, hashes what is written, reads the header of the copy, and only then gives it its name.
 * Whatever fails, no temporary file stays. MODEL_DIGEST, GGUF_*; the stream's own errors pass through. The source is opened
 * only when somebody reads it: a stream that fails before it has a listener would end the process.
 */
export async function copyModel(open: () => Readable, target: string, options: CopyOptions): Promise<GgufHeader> {
  const temporary = join(dirname(target), `.model.${randomBytes(6).toString('hex')}${temporarySuffix}`);
  let header: GgufHeader;
  try {
    const handle = await openFile(temporary, 'wx+', 0o600);
    try {
      await writeHashed(addAbortSignal(options.signal, open()), handle, options);
      header = await readGguf(fileSource(handle), options.size);
      // the container's user, who is not root, reads it
      await handle.chmod(0o644);
      await handle.sync();
    } finally {
      await handle.close();
    }
    options.signal.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
  return header;
}

async function writeHashed(source: Readable, handle: FileHandle, options: CopyOptions): Promise<void> {
  const hash = createHash('sha256');
  let written = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    // a stream that never ends must not fill the disk
    if (written + chunk.length > options.size) throw wrongBytes(options, `more than ${options.size} bytes`);
    hash.update(chunk);
    await writeAll(handle, chunk);
    written += chunk.length;
    options.onBytes(written);
  }
  if (written !== options.size) throw wrongBytes(options, `${written} bytes`);
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== options.digest) throw wrongBytes(options, found);
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await handle.write(chunk, done)).bytesWritten;
  }
}

function wrongBytes(options: CopyOptions, found: string): InstallerError {
  return new InstallerError('MODEL_DIGEST', {
    params: { model: options.model },
    expected: `${options.digest}, ${options.size} bytes`,
    found,
  });
}
