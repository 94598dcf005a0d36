import type { GgufSource } from '../../installer/base/gguf/source.ts';

export interface CountingSource extends GgufSource {
  bytesRead: number;
  largestRead: number;
}

/** A source over bytes in memory that counts what is asked of it. */
export function bufferSource(bytes: Buffer): CountingSource {
  return counting(async (offset, length) => bytes.subarray(offset, offset + length));
}

/** A file without end: `start`, then `unit` over and over. */
export function endlessSource(start: Buffer, unit: Buffer): CountingSource {
  return counting(async (offset, length) => {
    const bytes = Buffer.alloc(length);
    const phase = (((offset - start.length) % unit.length) + unit.length) % unit.length;
    bytes.fill(Buffer.concat([unit.subarray(phase), unit.subarray(0, phase)]));
    if (offset < start.length) start.copy(bytes, 0, offset);
    return bytes;
  });
}

function counting(read: GgufSource['read']): CountingSource {
  const source: CountingSource = {
    bytesRead: 0,
    largestRead: 0,
    async read(offset, length) {
      source.bytesRead += length;
      source.largestRead = Math.max(source.largestRead, length);
      return read(offset, length);
    },
  };
  return source;
}
