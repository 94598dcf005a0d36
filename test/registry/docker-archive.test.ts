import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../installer/base/hash.ts';
import type { BundleImage } from '../../installer/contract/manifest.ts';
import { blobPath, type Descriptor, mediaTypes } from '../../installer/contract/oci.ts';
import { dockerArchive } from '../../installer/registry/docker-archive.ts';
import { readImageTree } from '../../installer/registry/image-tree.ts';
import { manifestForThisMachine } from '../../installer/registry/platform.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { flipByte, testBundle } from './support/test-bundle.ts';
import { tarEntries } from './support/test-images.ts';

let dir: string;
let layers: Descriptor[];
let config: Descriptor;
let single: Descriptor;
let index: Descriptor;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-'));
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  const one = await put(Buffer.alloc(512, 1), mediaTypes.ociLayer);
  layers = [one, await put(Buffer.alloc(1000, 2), mediaTypes.ociLayerZstd), one];
  config = await put(Buffer.from('{}'), mediaTypes.ociConfig);
  single = await put(json({ schemaVersion: 2, config, layers }), mediaTypes.ociManifest);
  const amd = { ...single, platform: { os: 'linux', architecture: 'amd64' } };
  const other = await put(json({ schemaVersion: 2, config, layers: [one] }), mediaTypes.ociManifest);
  const arm = { ...other, platform: { os: 'linux', architecture: 'arm64' } };
  index = await put(json({ schemaVersion: 2, manifests: [arm, amd] }), mediaTypes.ociIndex);
});

afterAll(() => rm(dir, { recursive: true }));

async function put(bytes: Buffer, mediaType: string): Promise<Descriptor> {
  const digest = sha256(bytes);
  await writeFile(join(dir, blobPath(digest)), bytes);
  return { mediaType, digest, size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function image(top: Descriptor): BundleImage {
  return { name: 'a', ref: 'a:1', digest: top.digest, mediaType: top.mediaType, size: 1, unpackedSize: null };
}

describe('the archive for docker load', () => {
  test('holds manifest.json, the config and each layer once, as it is stored', async () => {
    const bundle = await testBundle({ dir, images: [] });
    const { manifest } = manifestForThisMachine(await readImageTree(bundle, image(single)));
    let counted = 0;
    const archive = dockerArchive(bundle, manifest, 'x/y:z', (count) => {
      counted += count;
    });
    const bytes = Buffer.concat(await archive.toArray());
    const file = join(dir, 'archive.tar');
    await writeFile(file, bytes);
    const entries = await tarEntries(file);
    expect(entries.slice(1)).toEqual([
      { path: blobPath(config.digest), size: 2 },
      { path: blobPath(layers[0]?.digest ?? ''), size: 512 },
      { path: blobPath(layers[1]?.digest ?? ''), size: 1000 },
    ]);
    expect(counted).toBe(2 + 512 + 1000);
    const listing = JSON.parse(bytes.toString('utf8', 512, 512 + (entries[0]?.size ?? 0)));
    const paths = layers.map(({ digest }) => blobPath(digest));
    expect(listing).toEqual([{ Config: blobPath(config.digest), RepoTags: ['x/y:z'], Layers: paths }]);
    expect(bytes.length % 512).toBe(0);
  });

  test('breaks off with the bundle’s own error when a layer is not what was signed', async () => {
    const changed = blobPath(layers[1]?.digest ?? '');
    const tamper = (path: string) => (path === changed ? flipByte(999) : undefined);
    const bundle = await testBundle({ dir, images: [], tamper });
    const { manifest } = manifestForThisMachine(await readImageTree(bundle, image(single)));
    const error = await errorOf(dockerArchive(bundle, manifest, 'x:y').toArray());
    expect(error).toMatchObject({ code: 'BUNDLE_FILE_CHANGED', params: { file: changed } });
  });
});

describe('an image’s tree', () => {
  test('has children before parents, every blob once, and all ids an engine may use', async () => {
    const tree = await readImageTree(await testBundle({ dir, images: [] }), image(index));
    expect(tree.manifests.map(({ digest }) => digest).at(-1)).toBe(index.digest);
    expect(tree.manifests).toHaveLength(3);
    expect(tree.blobs).toHaveLength(3);
    expect([...tree.ids]).toEqual(expect.arrayContaining([config.digest, single.digest, index.digest]));
  });

  test('the machine’s platform is taken from it, or named as missing', async () => {
    const tree = await readImageTree(await testBundle({ dir, images: [] }), image(index));
    expect(manifestForThisMachine(tree, 'x64').manifest.layers).toHaveLength(3);
    expect(manifestForThisMachine(tree, 'arm64').manifest.layers).toHaveLength(1);
    expect(await errorOf(() => manifestForThisMachine(tree, 'riscv64'))).toMatchObject({
      code: 'IMAGE_LOAD',
      expected: 'linux/riscv64',
    });
  });

  test('a manifest that lies under another digest’s name is refused', async () => {
    const wrong = sha256('something else');
    await writeFile(join(dir, blobPath(wrong)), json({ schemaVersion: 2, config, layers }));
    const bundle = await testBundle({ dir, images: [] });
    const error = await errorOf(readImageTree(bundle, image({ ...single, digest: wrong })));
    expect(error).toMatchObject({ code: 'BUNDLE_FORMAT', expected: wrong, found: single.digest });
    await rm(join(dir, blobPath(wrong)));
  });

  test.each([
    ['no JSON', Buffer.from('{')],
    ['no manifest', json({ schemaVersion: 1 })],
  ])('%s is refused', async (_, bytes) => {
    const top = await put(bytes, mediaTypes.ociManifest);
    const bundle = await testBundle({ dir, images: [] });
    expect((await errorOf(readImageTree(bundle, image(top)))).code).toBe('BUNDLE_FORMAT');
  });

  test('indexes nested without end are refused', async () => {
    let top = index;
    for (let depth = 0; depth < 5; depth++) {
      top = await put(json({ schemaVersion: 2, manifests: [top] }), mediaTypes.ociIndex);
    }
    const bundle = await testBundle({ dir, images: [] });
    expect((await errorOf(readImageTree(bundle, image(top)))).found).toBe('an index nested too deeply');
  });
});
