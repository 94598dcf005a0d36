import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import type { GgufSource } from './source.ts';

/** Bytes of the file held at a time. */
const windowBytes = 256 * 1024;

/**
 * Reads a header forwards through one small window. `need` does all the waiting and all the checking; the getters behind it
 * are synchronous, since a vocabulary is a quarter of a million strings. No length from the file reaches an allocation
 * before `need` or `skip` has compared it with the file's size and the header's limit.
 */
export class HeaderCursor {
  readonly fileSize: number;
  readonly #source: GgufSource;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;
  #at = 0;

  constructor(source: GgufSource, fileSize: number) {
    this.#source = source;
    this.fileSize = fileSize;
  }

  /** Offset in the file of the next byte. */
  get offset(): number {
    return this.#start + this.#at;
  }

  /** True when the getters may take `count` bytes at once. */
  has(count: number): boolean {
    return this.#at + count <= this.#window.length;
  }

  /** Makes `count` bytes (a window at most) readable; GGUF_TRUNCATED, GGUF_LIMIT. */
  async need(count: number, field: string): Promise<void> {
    if (this.has(count)) return;
    this.claim(count, field);
    const offset = this.offset;
    const bytes = await this.#source.read(offset, Math.min(windowBytes, this.fileSize - offset));
    if (bytes.length < count) {
      throw ggufFailure('GGUF_TRUNCATED', field, offset, offset + count, offset + bytes.length);
    }
    this.#window = bytes;
    this.#start = offset;
    this.#at = 0;
  }

  /** Steps over `count` bytes without reading them; GGUF_TRUNCATED, GGUF_LIMIT. */
  skip(count: number, field: string): void {
    this.claim(count, field);
    if (this.has(count)) {
      this.#at += count;
      return;
    }
    this.#start = this.offset + count;
    this.#window = Buffer.alloc(0);
    this.#at = 0;
  }

  u32(): number {
    this.#at += 4;
    return this.#window.readUInt32LE(this.#at - 4);
  }

  /** As a double: exact up to 2^53, beyond that only good for being compared with a limit. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 2 ** 32;
  }

  /** A view into the window, valid until the next `need`. */
  bytes(count: number): Buffer {
    this.#at += count;
    return this.#window.subarray(this.#at - count, this.#at);
  }

  /** Checks that `count` more bytes of header can be there at all; GGUF_TRUNCATED, GGUF_LIMIT. */
  claim(count: number, field: string): void {
    const end = this.offset + count;
    if (end > this.fileSize) throw ggufFailure('GGUF_TRUNCATED', field, this.offset, end, this.fileSize);
    if (end > ggufLimits.headerBytes) {
      throw ggufFailure('GGUF_LIMIT', field, this.offset, `≤ ${ggufLimits.headerBytes}`, end);
    }
  }
}
