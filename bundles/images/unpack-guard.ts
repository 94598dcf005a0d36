import { sourceLimits } from './limits.ts';
import { sourceError } from './source-error.ts';

/**
 * Counts what goes into a decompressor and what comes out; throws SOURCE_FORMAT when that can only be a bomb, or more than the `expected`
 * bytes, where it is known what must come out: then no ratio is too large, as that of a swap file.
 */
export class UnpackGuard {
  unpacked = 0;
  packed = 0;
  readonly #source: string;
  readonly #expected: number | undefined;

  constructor(source: string, expected?: number) {
    this.#source = source;
    this.#expected = expected;
  }

  in(bytes: number): void {
    this.packed += bytes;
  }

  out(bytes: number): void {
    this.unpacked += bytes;
    const { freeUnpackedBytes, layerUnpackedBytes, ratio } = sourceLimits;
    const most = this.#expected ?? layerUnpackedBytes;
    if (this.unpacked > most) throw sourceError(this.#source, 'size unpacked', { expected: `<= ${most}` });
    const isBeyondRatio = this.unpacked > freeUnpackedBytes && this.unpacked > this.packed * ratio;
    if (this.#expected === undefined && isBeyondRatio) {
      throw sourceError(this.#source, 'compression ratio', { expected: `<= ${ratio}` });
    }
  }
}
