import type { FileHandle } from 'node:fs/promises';
import { readChunkBytes } from '../base/hash.ts';

/** `start` up to, not including, `end`; bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export const wholeFile: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER };

/** The bytes of an open file from `start` on, at most up to `end`; the file is closed at the end, also when nobody reads on. */
export async function* readRange(handle: FileHandle, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  try {
    let position = start;
    while (position < end) {
      const buffer = Buffer.allocUnsafe(Math.min(readChunkBytes, end - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
