import fs, { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { openSource } from '../../../../bundles/images/open-source.ts';
import type { Random } from '../../../fixtures/random.ts';
import { pax, type RawEntry, rawTar } from '../../../fixtures/raw-tar.ts';
import { MemoryOutput } from '../memory-output.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { isRefusal } from '../refused.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const paths = [
  'manifest.json',
  'index.json',
  'oci-layout',
  '../x',
  '/etc/x',
  'a/../../x',
  './index.json',
  'blobs/sha256/x',
  '',
];
const types = [...'01234567xgLKSDNMVX', '\0', 'é'];
const sizes = [0, 1, 511, 512, 513, 2 ** 33, Buffer.from('80000000000000ff00000000', 'hex'), Buffer.from('-1\0')];
const paxKeys = ['path', 'linkpath', 'size', 'mtime', 'GNU.sparse.size', 'GNU.sparse.major', 'hdrcharset', '__proto__'];
const paxValues = [
  '../x',
  '/etc/x',
  '0',
  '-1',
  '99999999999999',
  '1e9',
  'index.json',
  '',
  'x'.repeat(300),
  'a\nb',
  '\0',
];

/**
 * Readers take megabytes at a time; here files come in small pieces of changing size. What lies across the border of two is
 * read as well, and a million inputs do not spend their time on collecting megabytes.
 */
const pieceSizes = [1000, 4096, 16_384];
let pieceSize = 4096;
const createReadStream = fs.createReadStream;
fs.createReadStream = (path, options) =>
  createReadStream(path, { ...(typeof options === 'object' ? options : {}), highWaterMark: pieceSize });
syncBuiltinESMExports();

/** An archive reader under fuzz: `makeEntries` knows the layout, all that tar and compression allow is done to them here. */
export async function archiveTarget(
  name: string,
  dir: string,
  makeEntries: (random: Random) => RawEntry[],
): Promise<FuzzTarget> {
  const file = join(dir, 'input');
  return {
    name,
    make: (random) => packed(random, tarBytes(random, mutateEntries(random, makeEntries(random)))),
    async read(input) {
      pieceSize = pieceSizes[input.length % pieceSizes.length] ?? 4096;
      writeFileSync(file, input);
      const output = new MemoryOutput();
      try {
        await readAll(file, output);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    },
    async close() {
      const made = (await readdir(dir)).filter((entry) => entry !== 'input' && entry !== 'state');
      if (made.length > 0) throw new Unsound(`files were made: ${made.join()}`);
    },
  };
}

async function readAll(file: string, output: MemoryOutput): Promise<void> {
  const options = {
    platform: { os: 'linux', architecture: 'amd64' },
    signal: new AbortController().signal,
    onBytes: () => undefined,
  };
  for (const image of await openSource(file, output.asOutput, options)) {
    const stored = await image.store();
    for (const blob of stored.blobs) output.requireHolds(blob);
    if (!stored.blobs.some((blob) => blob.digest === stored.digest)) throw new Unsound('no manifest was stored');
  }
}

function mutateEntries(random: Random, entries: RawEntry[]): RawEntry[] {
  const mutated = [...entries];
  for (let left = random.pick([0, 0, 1, 1, 2, 3]); left > 0 && mutated.length > 0; left--) {
    const at = random.below(mutated.length);
    const entry: RawEntry = { ...(mutated[at] as RawEntry) };
    const kind = random.below(9);
    if (kind === 0) mutated.splice(at, 1);
    else if (kind === 1) mutated.splice(random.below(mutated.length), 0, entry);
    else if (kind === 2) mutated.splice(at, 1, { ...entry, name: random.pick(paths) });
    else if (kind === 3) mutated.splice(at, 1, { ...entry, type: random.pick(types) });
    else if (kind === 4) mutated.splice(at, 1, { ...entry, type: random.pick(['1', '2']), link: random.pick(paths) });
    else if (kind === 5) mutated.splice(at, 1, { ...entry, size: random.pick(sizes) });
    else if (kind === 6)
      mutated.splice(at, 1, { ...entry, content: mutateBytes(random, Buffer.from(entry.content ?? 'x')) });
    else if (kind === 7)
      mutated.splice(at, 0, pax({ [random.pick(paxKeys)]: random.pick(paxValues) }, random.pick(['x', 'g'])));
    else mutated.splice(at, 0, { name: '././@LongLink', type: random.pick(['L', 'K']), content: random.pick(paths) });
  }
  return mutated;
}

function tarBytes(random: Random, entries: RawEntry[]): Buffer {
  const tar = rawTar(entries, { end: random.chance(0.95) });
  return random.chance(0.3) ? mutateBytes(random, tar) : tar;
}

function inFrames(random: Random, tar: Buffer): Buffer {
  const half = random.chance(0.5) ? tar.length : random.below(tar.length + 1);
  return Buffer.concat([zstdCompressSync(tar.subarray(0, half)), zstdCompressSync(tar.subarray(half))]);
}

function packed(random: Random, tar: Buffer): Buffer {
  const kind = random.below(10);
  if (kind > 2) return tar;
  const bytes = kind < 2 ? gzipSync(tar, { level: 1 }) : inFrames(random, tar);
  return random.chance(0.5) ? mutateBytes(random, bytes) : bytes;
}
