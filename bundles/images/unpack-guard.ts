import { sourceLimits } from './limits.ts';
import { sourceError } from './source-error.ts';

/** Counts what goes into a decompressor and what comes out; throws SOURCE_FORMAT when that can only be a bomb. */
export class UnpackGuard {
  unpacked = 0;
  #packed = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  in(bytes: number): void {
    this.#packed += bytes;
  }

  out(bytes: number): void {
    this.unpacked += bytes;
    const { freeUnpackedBytes, layerUnpackedBytes, ratio } = sourceLimits;
    if (this.unpacked > layerUnpackedBytes) {
      throw sourceError(this.#source, 'size unpacked', { expected: `<= ${layerUnpackedBytes}` });
    }
    if (this.unpacked > freeUnpackedBytes && this.unpacked > this.#packed * ratio) {
      throw sourceError(this.#source, 'compression ratio', { expected: `<= ${ratio}` });
    }
  }
}
