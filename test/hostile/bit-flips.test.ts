import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../installer/base/hash.ts';
import { type BundleFile, type BundleManifest, bundleManifest } from '../../installer/contract/manifest.ts';
import { hashEveryByte } from '../../installer/media/hash-every-byte.ts';
import { checkManifest } from '../../installer/trust/check-manifest.ts';
import { parseJson } from '../../installer/trust/parse-json.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { fullMedium } from '../fixtures/full-medium.ts';
import { Random } from '../fixtures/random.ts';
import { type Files, memoryMedia, rootBytes, signDocument } from '../fixtures/trust-medium.ts';
import { bundleKeys, firstRoot, honest, rotated } from '../trust/tuf/honest.ts';
import { Tally } from './tally.ts';

const { contents, images, models } = fullMedium();
const chunkSize = 65_536;
const good = honest({
  contents,
  chunkSize,
  manifest: { images, models, release: 7, expires: '2099-01-01T00:00:00.000Z' },
});
const root = rootBytes(firstRoot);
const random = new Random(5);
const signal = new AbortController().signal;

let flips = 0;

/** The medium with one bit changed. */
function flipped(files: Files, path: string, at: number, bit: number): Files {
  const bytes = Buffer.from(files.get(path) ?? Buffer.alloc(0));
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return new Map(files).set(path, bytes);
}

/** Where each token of a JSON text (name, text, number, word) stands; what is between them has no meaning. */
function tokens(json: Buffer): { at: number; length: number }[] {
  return [...json.toString('latin1').matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g)].map((match) => ({
    at: match.index,
    length: match[0].length,
  }));
}

async function verify(files: Files) {
  return verifyBundle({ media: memoryMedia(files), root });
}

describe('one bit flipped', () => {
  it('in every name and value of the manifest: its signatures do not hold', async () => {
    const tally = new Tally('bit flips in every manifest field', 'rejected', 500);
    for (const { at, length } of tokens(good.get('bundle.json') ?? Buffer.alloc(0))) {
      for (const place of [at, at + Math.floor(length / 2), at + length - 1]) {
        const error = await errorOf(verify(flipped(good, 'bundle.json', place, random.below(8))));
        tally.add(`byte ${place}`, error.code === 'SIGNATURE_INVALID');
      }
    }
    flips += tally.close();
  });

  it('in every name and value of a rotated root: its signatures do not hold', async () => {
    const tally = new Tally('bit flips in every root field', 'rejected', 100);
    const files = rotated(2);
    for (const { at, length } of tokens(files.get('root.json') ?? Buffer.alloc(0))) {
      for (let bit = 0; bit < 8; bit++) {
        const place = at + random.below(length);
        const error = await errorOf(verify(flipped(files, 'root.json', place, bit)));
        tally.add(`byte ${place}`, error.code === 'SIGNATURE_INVALID');
      }
    }
    flips += tally.close();
  });

  it('in every byte of a signature file', async () => {
    const tally = new Tally('bit flips in every byte of a signature', 'rejected', 250);
    for (let at = 0; at < (good.get('bundle.json.1.sig')?.length ?? 0); at++) {
      const error = await errorOf(verify(flipped(good, 'bundle.json.1.sig', at, at % 8)));
      tally.add(`byte ${at}`, /^SIGNATURE_/.test(error.code));
    }
    flips += tally.close();
  });

  it('in chunks of every file: the file or part is named, and the place in it', async () => {
    const tally = new Tally('bit flips in chunks of the payload', 'rejected with the file or part named', 300);
    for (const { path, content } of contents) {
      const count = Math.max(14, Math.ceil(content.length / 8192));
      for (let index = 0; index < count; index++) {
        const at = random.below(content.length);
        const place = content.length > 200_000 ? `${path}.part00${Math.floor(at / 200_000) + 1}` : path;
        const files = flipped(good, place, content.length > 200_000 ? at % 200_000 : at, random.below(8));
        const work = verify(files).then((bundle) => bundle.read(path, 1e9));
        const error = await errorOf(work);
        const offset =
          content.length > chunkSize && place === path ? Math.floor(at / chunkSize) * chunkSize : undefined;
        tally.add(
          `${place} at ${at}`,
          error.code === 'BUNDLE_FILE_CHANGED' && error.params.file === place && error.params.offset === offset,
        );
      }
    }
    flips += tally.close();
  });

  it('in a file’s size, digest, chunk or part, signed again by the vendor’s own keys: the bytes do not hold', async () => {
    const tally = new Tally('bit flips in what the manifest says of files, signed again', 'rejected', 60);
    for (const [name, change] of descriptions(good)) {
      const files = new Map(good);
      const manifest: BundleManifest = JSON.parse(String(good.get('bundle.json')));
      change(manifest);
      files.set('bundle.json', Buffer.from(JSON.stringify(manifest)));
      signDocument(files, 'bundle.json', bundleKeys.slice(0, 2));
      const error = await errorOf(verify(files).then((bundle) => hashEveryByte(bundle, { signal })));
      tally.add(`${name}: ${error.code}`, /^BUNDLE_/.test(error.code));
    }
    flips += tally.close();
  });
});

type Change = (manifest: BundleManifest) => void;

/** Each thing that a manifest says of the bytes, with one bit changed. */
function* descriptions(files: Files): Generator<[string, Change]> {
  const { files: listed }: BundleManifest = JSON.parse(String(files.get('bundle.json')));
  for (const [index, { path, parts = [], chunks = [] }] of listed.entries()) {
    yield [`size of ${path}`, (m) => at(m.files, index, (file) => ({ ...file, size: file.size ^ 1 }))];
    yield [`digest of ${path}`, (m) => at(m.files, index, (file) => ({ ...file, digest: otherDigest(file.digest) }))];
    yield [`path of ${path}`, (m) => at(m.files, index, (file) => ({ ...file, path: `${file.path}1` }))];
    for (const [part] of parts.entries()) {
      const change = (file: BundleFile) => {
        at(file.parts ?? [], part, (each) => ({ ...each, digest: otherDigest(each.digest) }));
        return file;
      };
      yield [`part ${part} of ${path}`, (m) => at(m.files, index, change)];
    }
    // a wrong chunk digest alone only misplaces damage: the whole file's digest decides, so both are changed
    for (const [chunk] of chunks.entries()) {
      yield [
        `chunk ${chunk} of ${path}`,
        (m) =>
          at(m.files, index, (file) => ({
            ...file,
            digest: otherDigest(file.digest),
            chunks: (file.chunks ?? []).with(chunk, otherDigest(path)),
          })),
      ];
    }
  }
}

function at<T>(list: T[], index: number, change: (item: T) => T): void {
  const item = list[index];
  if (item !== undefined) list[index] = change(item);
}

function otherDigest(digest: string): string {
  return sha256(digest);
}

describe('positive controls', () => {
  it('the medium without a flip is taken, every byte of it', async () => {
    const bundle = await verify(good);
    expect((await hashEveryByte(bundle, { signal })).bytes).toBe(
      contents.reduce((sum, { content }) => sum + content.length, 0),
    );
  });

  it('a reader without the signature check takes manifests that were flipped', () => {
    let taken = 0;
    const all = tokens(good.get('bundle.json') ?? Buffer.alloc(0));
    for (const { at: start, length } of all) {
      const files = flipped(good, 'bundle.json', start + Math.floor(length / 2), 0);
      try {
        checkManifest(
          parseJson(files.get('bundle.json') ?? Buffer.alloc(0), bundleManifest, 'BUNDLE_FORMAT', 'bundle.json'),
        );
        taken += 1;
      } catch {
        // this flip made it no manifest at all
      }
    }
    console.log(`positive control: without the signatures ${taken} of ${all.length} flipped manifests are taken`);
    expect(taken).toBeGreaterThan(50);
  });

  it('a reader without the hashes gives out flipped payload', async () => {
    const files = flipped(good, 'models/tiny.gguf.part002', 77, 3);
    const chunks: Buffer[] = [];
    for await (const chunk of memoryMedia(files).stream('models/tiny.gguf.part002') as AsyncIterable<Buffer>)
      chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(good.get('models/tiny.gguf.part002') ?? Buffer.alloc(0))).toBe(false);
  });
});

afterAll(() => {
  console.log(`bit flips in all: ${flips} of ${flips} rejected`);
  expect(flips).toBeGreaterThanOrEqual(1000);
});
