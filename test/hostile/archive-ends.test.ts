import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../bundles/images/decompress.ts';
import { imagesIn } from '../../bundles/images/open-source.ts';
import { readArchive, unpacked } from '../../bundles/images/read-archive.ts';
import { readTar } from '../../bundles/images/read-tar.ts';
import { type NestedOptions, readNested } from '../../bundles/nested/read-nested.ts';
import { BundleOutput } from '../../bundles/writing/bundle-output.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import { legacyArchive } from '../fixtures/image-archives.ts';
import { tinyImages } from '../fixtures/make-bundle.ts';
import { Random } from '../fixtures/random.ts';
import { type TarOfEntry, tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { MemoryOutput } from './fuzz/memory-output.ts';
import { Tally } from './tally.ts';

const workDir = workDirs();
const blockSize = 512;

/** What `tar` would write: images are told by their references, all else is only there or not. */
const images = legacyArchive(tinyImages);
const carried: TarOfEntry[] = [
  { path: 'packages/a.txt', content: 'a'.repeat(700) },
  { path: 'packages/b.txt', content: 'b'.repeat(512) },
  { path: 'config/c.yaml', content: 'c: 1\n' },
  { path: 'scripts/d.sh', content: '' },
];
const nested = tarOf(carried);
/** Where an entry begins or the end mark does: a copy that stops here looks whole. */
const betweenEntries = [0, 1536, 2560, 3584, 4096];

type Packing = 'plain' | 'gzip' | 'zstd' | 'members' | 'frames' | 'pzstd';

const skippable = (bytes: number, nibble = 0) => {
  const frame = Buffer.alloc(8 + bytes, 'x');
  frame.writeUInt32LE(0x184d2a50 + nibble, 0);
  frame.writeUInt32LE(bytes, 4);
  return frame;
};

function slices(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

const packings: Record<Packing, (bytes: Buffer) => Buffer> = {
  plain: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
  // pigz -i, eStargz
  members: (bytes) => Buffer.concat(slices(bytes, 512).map((slice) => gzipSync(slice))),
  // zstd files one behind the other
  frames: (bytes) => Buffer.concat(slices(bytes, 512).map((slice) => zstdCompressSync(slice))),
  // a frame to skip in front of each, with the length of the next
  pzstd: (bytes) =>
    Buffer.concat(slices(bytes, 700).flatMap((slice) => [skippable(4), zstdCompressSync(slice), skippable(0, 15)])),
};

const options: NestedOptions = {
  platforms: [{ os: 'linux', architecture: 'amd64' }],
  compress: 'zstd',
  signal: new AbortController().signal,
  onBytes: () => undefined,
  onMore: () => undefined,
  onIgnored: () => undefined,
  engine: () => {
    throw new Error('no engine is a source here');
  },
  registry: { ca: undefined, findLogin: async () => undefined },
  modelPlace: () => undefined,
};

/** As `--from`: the paths that came out; a code where it was refused. */
async function fromArchive(archive: Buffer, dir: string): Promise<string[] | string> {
  const file = join(dir, 'nested');
  await writeFile(file, archive);
  const output = await BundleOutput.create(join(dir, 'out'), { chunkSize: 2 ** 20, partSize: 2 ** 30 });
  try {
    return (await readNested(file, output, options)).files.map(({ path }) => path);
  } catch (error) {
    if (error instanceof InstallerError) return error.code;
    throw error;
  } finally {
    await output.destroy();
  }
}

/** As `--images`: the references that came out; a code where it was refused. */
async function asImages(archive: Buffer): Promise<string[] | string> {
  const output = new MemoryOutput().asOutput;
  try {
    const content = await readArchive('archive', Readable.from([archive]), output, options);
    const found = await imagesIn('archive', content, output, options);
    for (const image of found) await image.store();
    return found.flatMap(({ refs }) => refs);
  } catch (error) {
    if (error instanceof InstallerError) return error.code;
    throw error;
  }
}

/** Offsets worth cutting at: every block's start and, but where packing it takes long, around it and within. */
function cutsOf(length: number, packing: Packing): number[] {
  const starts = Array.from({ length: Math.ceil(length / blockSize) }, (_, at) => at * blockSize);
  const all = starts.flatMap((at) => (packing === 'plain' ? [at - 1, at, at + 1, at + 256] : [at, at + 256]));
  return [...new Set(all)].filter((at) => at > 0 && at < length);
}

const isRefused = (outcome: string[] | string) => outcome === 'SOURCE_TRUNCATED' || outcome === 'SOURCE_FORMAT';

describe('a source that is cut off is never taken for a whole one', { timeout: 600_000 }, () => {
  it.each(Object.keys(packings) as Packing[])('%s: the archive that a copy broke off', async (packing) => {
    const dir = await workDir();
    const tally = new Tally(`archives cut off (${packing})`, 'are refused', 60);
    const cut = (bytes: Buffer) => packings[packing](bytes);
    // what was packed was cut off before: the compression is whole
    for (const at of cutsOf(nested.length, packing)) {
      tally.add(`--from, ${at} bytes packed`, isRefused(await fromArchive(cut(nested.subarray(0, at)), dir)));
    }
    for (const at of cutsOf(images.length, packing)) {
      tally.add(`--images, ${at} bytes packed`, isRefused(await asImages(cut(images.subarray(0, at)))));
    }
    tally.close();
  });

  it.each(['gzip', 'zstd', 'members', 'frames', 'pzstd'] as const)('%s: the packed file cut off', async (packing) => {
    const dir = await workDir();
    const tally = new Tally(`packed archives cut off (${packing})`, 'are refused', 40);
    const packed = packings[packing](nested);
    const step = Math.max(1, Math.floor(packed.length / 60));
    for (let at = 1; at < packed.length; at += step) {
      tally.add(
        `${at} of ${packed.length}`,
        isWithoutContent(packing, packed, at) || isRefused(await fromArchive(packed.subarray(0, at), dir)),
      );
    }
    tally.close();
  });

  it('between two entries, before and in the end mark, the code says that it is cut off', async () => {
    const dir = await workDir();
    const places = [
      ...betweenEntries.slice(1),
      nested.length - 2 * blockSize,
      nested.length - blockSize,
      nested.length - 1,
    ];
    for (const at of places)
      expect(await fromArchive(nested.subarray(0, at), dir), String(at)).toBe('SOURCE_TRUNCATED');
  });

  it('positive control: a reader that takes the end of its input for the archive’s takes such an archive', async () => {
    for (const at of betweenEntries.slice(1)) {
      const found: string[] = [];
      const lax = { entries: 100, anyType: false, mayLackEnd: true };
      await readTar('cut', Readable.from([nested.subarray(0, at)]), async ({ path }) => void found.push(path), lax);
      expect(found.length).toBeLessThanOrEqual(carried.length);
      expect(found.length).toBe(betweenEntries.indexOf(at));
    }
  });
});

/** Only frames to skip are behind the cut, so that nothing is missing. */
function isWithoutContent(packing: Packing, packed: Buffer, at: number): boolean {
  return packing === 'pzstd' && at === packed.length - 8;
}

describe('a whole source is read to its end', { timeout: 600_000 }, () => {
  it.each(Object.keys(packings) as Packing[])('%s: every entry comes out', async (packing) => {
    const dir = await workDir();
    expect(await fromArchive(packings[packing](nested), dir)).toEqual([
      'packages/a.txt',
      'packages/b.txt',
      'tools/config/c.yaml',
      'tools/scripts/d.sh',
    ]);
    expect(await asImages(packings[packing](images))).toEqual(tinyImages.map(({ ref }) => ref));
  });

  it('zstd of many frames, split anywhere between two reads', async () => {
    const random = new Random(7);
    const plain = random.bytes(3000);
    const file = Buffer.concat([
      skippable(17, 3),
      zstdCompressSync(plain.subarray(0, 1000), { params: { 201: 1 } }),
      zstdCompressSync(Buffer.alloc(0)),
      skippable(0, 9),
      // one repeated byte: an RLE block
      zstdCompressSync(Buffer.alloc(300_000, 7)),
      zstdCompressSync(plain.subarray(1000)),
      skippable(100),
    ]);
    const expected = Buffer.concat([plain.subarray(0, 1000), Buffer.alloc(300_000, 7), plain.subarray(1000)]);
    const tally = new Tally('zstd frames split', 'come out whole', 200);
    for (let at = 1; at < file.length; at += at < 100 || at > file.length - 130 ? 1 : 29) {
      tally.add(`at ${at}`, (await unzstd([file.subarray(0, at), file.subarray(at)])).equals(expected));
    }
    for (let round = 0; round < 8; round++) {
      const pieces: Buffer[] = [];
      for (let rest = file; rest.length > 0; ) {
        const size = 1 + random.below(round === 0 ? 1 : 300);
        pieces.push(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      tally.add(`round ${round}`, (await unzstd(pieces)).equals(expected));
    }
    tally.close();
  });

  it('what follows a gzip member or a zstd frame and is none is refused', async () => {
    for (const behind of [Buffer.from('garbage'), Buffer.alloc(3), Buffer.alloc(600)]) {
      for (const pack of [gzipSync, zstdCompressSync]) {
        const file = Buffer.concat([pack(nested), behind]);
        for (const chunks of [[file], [pack(nested), behind], slices(file, 100)]) {
          expect(isRefused(await codeOf(chunks))).toBe(true);
        }
        // a second one hides behind zeros
        expect(isRefused(await codeOf([Buffer.concat([file, pack(nested)])]))).toBe(true);
      }
    }
  });

  it('positive control: Node.js’s own decompressor stops at the first frame', async () => {
    const found: Buffer[] = [];
    const stream = Readable.from([packings.frames(nested)]).pipe(createZstdDecompress());
    for await (const chunk of stream as AsyncIterable<Buffer>) found.push(chunk);
    expect(Buffer.concat(found).length).toBeLessThan(nested.length);
  });
});

async function unzstd(chunks: Buffer[]): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const chunk of decompress('zstd', Readable.from(chunks))) found.push(chunk);
  return Buffer.concat(found);
}

async function codeOf(chunks: Buffer[]): Promise<string> {
  try {
    for await (const _ of unpacked('x', Readable.from(chunks)));
    return 'taken';
  } catch (error) {
    if (error instanceof InstallerError) return error.code;
    throw error;
  }
}
