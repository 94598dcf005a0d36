import type { FileHandle } from 'node:fs/promises';

/** Random access to a model's bytes. `read` gives fewer bytes than asked only at the end of the data. */
export interface GgufSource {
  read(offset: number, length: number): Promise<Buffer>;
}

/** An open file as a source; the handle stays the caller's to close. */
export function fileSource(handle: FileHandle): GgufSource {
  return {
    async read(offset, length) {
      const buffer = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
  };
}

/** The first look that is nearly always enough for a small model, bytes; larger headers double it. */
const firstPeekBytes = 1024 * 1024;

/**
 * A source over something that can only give its first bytes (`VerifiedBundle.peek`): asks for twice as many until the
 * wanted range is there. `maxBytes` bounds what is ever held; ranges beyond it come back short.
 */
export function prefixSource(peek: (bytes: number) => Promise<Buffer>, maxBytes: number): GgufSource {
  let prefix: Buffer = Buffer.alloc(0);
  let asked = 0;
  return {
    async read(offset, length) {
      const end = Math.min(offset + length, maxBytes);
      while (prefix.length < end && prefix.length === asked && asked < maxBytes) {
        asked = Math.min(maxBytes, Math.max(firstPeekBytes, asked * 2));
        prefix = await peek(asked);
      }
      return prefix.subarray(offset, Math.max(offset, end));
    },
  };
}
