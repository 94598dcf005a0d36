import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import type { Digest } from '../contract/digest.ts';

/** sha256 of a buffer or UTF-8 string as `sha256:<hex>`. */
export function sha256(data: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** Reads in megabytes, not in Node's 64 KiB default: half the system calls' cost on large layers and models. */
export const readChunkBytes = 1024 * 1024;

/** sha256 and size in bytes of a whole file; rejects with the signal's reason when aborted. */
export async function hashFile(
  path: string,
  options: { signal?: AbortSignal; onBytes?: (count: number) => void } = {},
): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const stream = createReadStream(path, {
    highWaterMark: readChunkBytes,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    options.onBytes?.(chunk.length);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/** A pass-through that hashes and counts what flows; `result()` is valid after its end. */
export function hashing(): { stream: Transform; result: () => { digest: Digest; size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  const stream = new Transform({
    highWaterMark: readChunkBytes,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) };
}
