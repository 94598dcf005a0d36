import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeFileAtomically } from '../../installer/base/atomic-file.ts';
import { InstallerError, systemCode } from '../../installer/base/errors.ts';
import { readChunkBytes } from '../../installer/base/hash.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import { blobPath } from '../../installer/contract/oci.ts';
import { BundleFileWriter, type PieceSizes } from './bundle-file-writer.ts';

async function readSlice(path: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The folder that a bundle is written to, and the entries of all files listed so far. */
export class BundleOutput {
  readonly dir: string;
  readonly #sizes: PieceSizes;
  readonly #made: string | undefined;
  readonly #files = new Map<string, BundleFile>();
  readonly #folders = new Set<string>();

  private constructor(dir: string, sizes: PieceSizes, made: string | undefined) {
    this.dir = dir;
    this.#sizes = sizes;
    this.#made = made;
  }

  /**
   * Makes `dir`, or takes an empty one. The folder that it is to be in must be there: a mistyped mount point would put the bundle onto
   * this machine's own disk. Throws OUTPUT_NOT_EMPTY, PATH_MISSING.
   */
  static async create(dir: string, sizes: PieceSizes): Promise<BundleOutput> {
    const made = await makeFolder(dir);
    const [first] = await readdir(dir);
    if (first !== undefined) throw new InstallerError('OUTPUT_NOT_EMPTY', { params: { dir }, found: first });
    return new BundleOutput(dir, sizes, made);
  }

  /** Entries sorted by path. */
  files(): BundleFile[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  writer(): BundleFileWriter {
    return new BundleFileWriter(this.dir, this.#sizes);
  }

  async put(path: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<BundleFile> {
    const writer = this.writer();
    try {
      for await (const chunk of content) await writer.write(chunk);
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return this.commit(writer, () => path);
  }

  async putBlob(content: Uint8Array): Promise<BundleFile> {
    const writer = this.writer();
    await writer.write(content);
    return this.commitBlob(writer);
  }

  commitBlob(writer: BundleFileWriter): Promise<BundleFile> {
    return this.commit(writer, blobPath);
  }

  /** Writing the same blob twice ends in the same file. */
  async commit(writer: BundleFileWriter, place: (digest: string) => string): Promise<BundleFile> {
    await this.#folder(dirname(place('sha256:0')));
    const file = await writer.commit(place);
    this.#files.set(file.path, file);
    return file;
  }

  async remove(file: BundleFile): Promise<void> {
    this.#files.delete(file.path);
    for (const { path } of file.parts ?? [file]) await rm(join(this.dir, path));
  }

  /** A listed file's bytes as they lie in the folder, parts joined. */
  async *read(file: BundleFile): AsyncGenerator<Buffer> {
    for (const { path } of file.parts ?? [file]) {
      const stream = createReadStream(join(this.dir, path), { highWaterMark: readChunkBytes });
      yield* stream as AsyncIterable<Buffer>;
    }
  }

  /** At most `length` bytes of a listed file from `offset` on, parts joined; fewer only at its end. */
  async readRange(file: BundleFile, offset: number, length: number): Promise<Buffer> {
    const found: Buffer[] = [];
    let start = 0;
    for (const { path, size } of file.parts ?? [file]) {
      const from = Math.max(offset - start, 0);
      const count = Math.min(offset + length - start, size) - from;
      if (count > 0) found.push(await readSlice(join(this.dir, path), from, count));
      start += size;
    }
    return Buffer.concat(found);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** After files were removed: an empty folder on the stick would only raise questions. */
  async removeEmptyFolders(): Promise<void> {
    const deepestFirst = [...this.#folders].sort((a, b) => b.length - a.length);
    for (const folder of deepestFirst) {
      if ((await readdir(join(this.dir, folder))).length > 0) continue;
      await rmdir(join(this.dir, folder));
      this.#folders.delete(folder);
    }
  }

  /** A document that is signed and therefore not listed. */
  async writeTrustFile(name: string, content: Uint8Array | string): Promise<void> {
    await writeFileAtomically(join(this.dir, name), 0o644, content);
  }

  /** Makes all names durable. */
  async sync(): Promise<void> {
    for (const folder of this.#folders) await syncFolder(join(this.dir, folder));
    await syncFolder(this.dir);
  }

  /** Takes back all that was made: what a failed or cancelled creation leaves behind is nothing. */
  async destroy(): Promise<void> {
    if (this.#made !== undefined) {
      await rm(this.#made, { recursive: true, force: true });
      return;
    }
    // the folder itself was there before
    for (const name of await readdir(this.dir)) await rm(join(this.dir, name), { recursive: true, force: true });
  }

  async #folder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await mkdir(join(this.dir, folder), { recursive: true });
    for (let up = folder; up !== '.'; up = dirname(up)) this.#folders.add(up);
  }
}

/** The folder's path if it was not there before. */
async function makeFolder(dir: string): Promise<string | undefined> {
  try {
    await mkdir(dir);
    return dir;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw new InstallerError('PATH_MISSING', { params: { path: dirname(dir) }, cause: error });
    if (code !== 'EEXIST') throw error;
    if ((await stat(dir)).isDirectory()) return undefined;
    throw new InstallerError('OUTPUT_NOT_EMPTY', { params: { dir }, cause: error });
  }
}
