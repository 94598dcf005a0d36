import { createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BundleFile, defaultChunkSize } from '../../installer/contract/manifest.ts';
import { bundleFiles, rootBytes, signDocument, writeMedium } from '../fixtures/trust-medium.ts';
import { bundleKeys, firstRoot, rootKey } from '../trust/tuf/honest.ts';

const zeros = Buffer.alloc(1024 * 1024);
const last = Buffer.from([1]);
type Digests = Map<number, string>;

/**
 * Digests of `size` bytes of which the last is 1 and all others are 0, for each size, in one pass over the largest; under `-size`
 * those of zeros alone.
 */
export function digestsOf(sizes: readonly number[]): Digests {
  const digests: Digests = new Map();
  const stops = [...new Set(sizes.flatMap((size) => [size - 1, size]))].sort((a, b) => a - b);
  const hash = createHash('sha256');
  let done = 0;
  for (const stop of stops) {
    for (; done < stop; done += Math.min(zeros.length, stop - done)) {
      hash.update(zeros.subarray(0, Math.min(zeros.length, stop - done)));
    }
    digests.set(-stop, `sha256:${hash.copy().digest('hex')}`);
    digests.set(stop + 1, `sha256:${hash.copy().update(last).digest('hex')}`);
  }
  return digests;
}

/** The sizes whose digests a file of this size needs: its own, its last chunk's, its parts'. */
export function neededSizes(size: number, partSize: number): number[] {
  const rest = (piece: number) => size % piece || Math.min(piece, size);
  return [size, rest(defaultChunkSize), defaultChunkSize, rest(partSize), Math.min(partSize, size)];
}

/** The entry of such a file, with chunks, and in parts where it is larger than one. */
export function sparseEntry(path: string, size: number, partSize: number, digests: Digests): BundleFile {
  const pieces = (piece: number) =>
    Array.from({ length: Math.ceil(size / piece) }, (_, index) => {
      const length = Math.min(piece, size - index * piece);
      const end = index * piece + length === size;
      return { size: length, digest: digests.get(end ? length : -length) ?? '' };
    });
  const parts = pieces(partSize).map((part, index) => ({
    path: `${path}.part${String(index + 1).padStart(3, '0')}`,
    ...part,
  }));
  return {
    path,
    size,
    digest: digests.get(size) ?? '',
    chunks: pieces(defaultChunkSize).map(({ digest }) => digest),
    ...(parts.length > 1 ? { parts } : {}),
  };
}

/** A signed medium with that one file, which takes no room on the disk; `lastByte` 1 is the right one. */
export async function writeSparseMedium(dir: string, file: BundleFile, lastByte: number): Promise<Buffer> {
  const files = bundleFiles({ contents: [], chunkSize: defaultChunkSize, manifest: { files: [file] } });
  files.set('root.json', rootBytes(firstRoot));
  signDocument(files, 'root.json', [rootKey]);
  signDocument(files, 'bundle.json', bundleKeys.slice(0, 2));
  await writeMedium(dir, files);
  const stored = file.parts ?? [file];
  for (const [index, { path, size }] of stored.entries()) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), '');
    const handle = await open(join(dir, path), 'r+');
    try {
      await handle.truncate(size);
      if (index === stored.length - 1) await handle.write(Buffer.from([lastByte]), 0, 1, size - 1);
    } finally {
      await handle.close();
    }
  }
  return rootBytes(firstRoot);
}
