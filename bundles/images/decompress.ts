import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress, type Zlib } from 'node:zlib';
import type { Compression } from './compression.ts';
import { peekStart } from './peek-start.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** Something follows the compressed data. */
export class TrailingDataError extends Error {
  readonly code = 'Z_TRAILING_DATA';
}

/**
 * Unpacks all of `source`: every member of a gzip file (RFC 1952, 2.2), every frame of a zstd file (RFC 8878, 3.1). One chunk is on its
 * way at a time, so that what is in memory does not depend on what it unpacks to. Throws an error that `isZlibError` knows for what is
 * damaged, cut off, or followed by something else, and what `source` throws.
 */
export async function* decompress(
  compression: Exclude<Compression, 'none'>,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  if (compression === 'gzip') {
    yield* driven(source, createGunzip());
    return;
  }
  const frames = new ZstdFrames();
  const slices = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) yield* frames.push(chunk);
    frames.end();
  };
  const { start, all } = await peekStart(slices(), 1);
  // frames to skip and nothing else hold nothing, which the decompressor would take for a cut
  if (start.length > 0) yield* driven(all, createZstdDecompress());
}

async function* driven(source: AsyncIterable<Uint8Array>, transform: Transform & Zlib): AsyncGenerator<Buffer> {
  const failures: unknown[] = [];
  let fed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      fed += chunk.length;
      yield chunk;
    }
  };
  const feeding = feed(counted(), transform).catch((error: unknown) => {
    failures.push(error);
    transform.destroy();
  });
  try {
    yield* transform as AsyncIterable<Buffer>;
    // a decompressor that is done before its input is takes no more, and never says so: gzip's ends with the first zero behind a member
    if (!transform.writableEnded || transform.bytesWritten < fed) failures.push(new TrailingDataError());
  } catch (error) {
    // the first failure is the cause; the other side then fails because of it
    failures.push(error);
  } finally {
    transform.destroy();
    await feeding;
  }
  if (failures.length > 0) throw failures[0];
}

async function feed(source: AsyncIterable<Uint8Array>, transform: Transform): Promise<void> {
  for await (const chunk of source) if (!(await isTaken(transform, chunk))) return;
  transform.end();
}

/** False: the stream was closed before it had taken the chunk; why, its reader knows. */
function isTaken(transform: Transform, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    // a write that was under way when the stream was destroyed is never answered
    const closed = () => resolve(false);
    transform.once('close', closed);
    transform.write(chunk, (error) => {
      transform.off('close', closed);
      resolve(!error);
    });
  });
}
