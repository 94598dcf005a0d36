import { createHash, type Hash } from 'node:crypto';

/**
 * Digests of consecutive pieces of `size` bytes of what flows into `whole`. The first piece costs nothing: it is what
 * `whole` has seen so far, so small files are hashed once.
 */
export class PieceHasher {
  readonly digests: string[] = [];
  readonly #size: number;
  readonly #whole: Hash;
  #piece: Hash | undefined;
  #room: number;

  constructor(size: number, whole: Hash) {
    this.#size = size;
    this.#whole = whole;
    this.#room = size;
  }

  /** Bytes that still fit into the current piece: at least 1, after closing a full one. */
  nextRoom(): number {
    if (this.#room === 0) {
      this.#close();
      this.#piece = createHash('sha256');
      this.#room = this.#size;
    }
    return this.#room;
  }

  /** At most `nextRoom()` bytes, after `whole` had them. */
  update(slice: Uint8Array): void {
    this.#piece?.update(slice);
    this.#room -= slice.length;
  }

  finish(): string[] {
    this.#close();
    return this.digests;
  }

  #close(): void {
    this.digests.push(`sha256:${(this.#piece ?? this.#whole.copy()).digest('hex')}`);
  }
}
