import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporarySuffix } from '../../installer/base/atomic-file.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import { PieceHasher } from './piece-hasher.ts';

export interface PieceSizes {
  /** Bytes; a larger file gets chunk digests. */
  chunkSize: number;
  /** Bytes; a larger file is stored in parts. */
  partSize: number;
}

/**
 * Writes one file of a bundle of which neither the size nor, for a blob, the name is known before its end: hashed while
 * written, cut into parts where it grows too large, fsynced, then renamed into place by `commit`.
 */
export class BundleFileWriter {
  readonly #root: string;
  readonly #sizes: PieceSizes;
  readonly #whole = createHash('sha256');
  readonly #chunks: PieceHasher;
  readonly #parts: PieceHasher;
  readonly #temporary: { path: string; handle: FileHandle; size: number }[] = [];
  #size = 0;

  constructor(root: string, sizes: PieceSizes) {
    this.#root = root;
    this.#sizes = sizes;
    this.#chunks = new PieceHasher(sizes.chunkSize, this.#whole);
    this.#parts = new PieceHasher(sizes.partSize, this.#whole);
  }

  async write(data: Uint8Array): Promise<void> {
    let rest = data;
    while (rest.length > 0) {
      const slice = rest.subarray(0, Math.min(this.#chunks.nextRoom(), this.#parts.nextRoom()));
      this.#whole.update(slice);
      this.#chunks.update(slice);
      this.#parts.update(slice);
      await this.#store(slice);
      rest = rest.subarray(slice.length);
    }
  }

  /** Puts the file where `place` says for its digest (a path in the bundle whose folder exists) and gives its entry. */
  async commit(place: (digest: string) => string): Promise<BundleFile> {
    if (this.#temporary.length === 0) await this.#openNext();
    for (const { handle } of this.#temporary) {
      await handle.sync();
      await handle.close();
    }
    const chunks = this.#chunks.finish();
    const partDigests = this.#parts.finish();
    const digest = `sha256:${this.#whole.digest('hex')}`;
    const path = place(digest);
    const file: BundleFile = { path, size: this.#size, digest };
    if (this.#size > this.#sizes.chunkSize) file.chunks = chunks;
    if (this.#temporary.length > 1) {
      file.parts = this.#temporary.map((part, index) => ({
        path: `${path}.part${String(index + 1).padStart(3, '0')}`,
        size: part.size,
        digest: partDigests[index] ?? '',
      }));
    }
    for (const [index, part] of this.#temporary.entries()) {
      await rename(part.path, join(this.#root, file.parts?.[index]?.path ?? path));
    }
    return file;
  }

  async discard(): Promise<void> {
    for (const { handle, path } of this.#temporary) {
      await handle.close();
      await rm(path, { force: true });
    }
  }

  async #store(slice: Uint8Array): Promise<void> {
    let current = this.#temporary.at(-1);
    if (current === undefined || current.size === this.#sizes.partSize) current = await this.#openNext();
    for (let offset = 0; offset < slice.length; ) {
      const { bytesWritten } = await current.handle.write(slice, offset);
      offset += bytesWritten;
    }
    current.size += slice.length;
    this.#size += slice.length;
  }

  async #openNext(): Promise<{ path: string; handle: FileHandle; size: number }> {
    const path = join(this.#root, `.${randomBytes(6).toString('hex')}${temporarySuffix}`);
    const next = { path, handle: await open(path, 'wx', 0o644), size: 0 };
    this.#temporary.push(next);
    return next;
  }
}
