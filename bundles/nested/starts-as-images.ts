import { posix } from 'node:path';
import { detectCompression, isZlibError } from '../images/compression.ts';
import { decompress } from '../images/decompress.ts';

/** Bytes of a file that tell what it is: zstd gives nothing out before a block is complete, which takes 128 KiB at most. */
export const peekedBytes = 256 * 1024;
const blockSize = 512;

/**
 * What stands first in an archive of images, of `docker save` in both layouts and of other tools; extended headers before it are named
 * `PaxHeaders` or `@LongLink`, and a folder without a name tells nothing.
 */
const firstEntry =
  /^(blobs(\/.*)?|oci-layout|index\.json|manifest\.json|repositories|[0-9a-f]{64}(\.json|\.tar|\/.*)?|sha256:[0-9a-f]{64}|[^/]+\/layer\.tar)$/;
const extended = /(^|\/)(PaxHeaders|GlobalHead|pax_global_header)|@LongLink/;

/**
 * True for what looks like an archive of images by its first entry, whether packed or not. All else, the documentation's or the chart's
 * archive and a packed log, is a file like any other; should it hold images all the same, they are missed and named.
 */
export async function startsAsImages(start: Buffer): Promise<boolean> {
  const header = await firstBlock(start);
  if (header.toString('latin1', 257, 262) !== 'ustar') return false;
  const name = posix.normalize(header.toString('latin1', 0, 100).replace(/\0.*$/s, '')).replace(/\/$/, '');
  return name === '.' || firstEntry.test(name) || extended.test(name);
}

async function firstBlock(start: Buffer): Promise<Buffer> {
  const compression = detectCompression(start);
  if (compression === 'none') return start.subarray(0, blockSize);
  const found: Buffer[] = [];
  let length = 0;
  const cut = async function* (): AsyncGenerator<Buffer> {
    yield start;
  };
  try {
    for await (const chunk of decompress(compression, cut())) {
      found.push(chunk);
      length += chunk.length;
      if (length >= blockSize) break;
    }
  } catch (error) {
    // the start of a packed file is cut off by nature, and what is damaged is no archive of images
    if (!isZlibError(error)) throw error;
  }
  return Buffer.concat(found).subarray(0, blockSize);
}
