import { sha256 } from '../../../../installer/base/hash.ts';
import { type BundleManifest, bundleManifest } from '../../../../installer/contract/manifest.ts';
import { blobPath, mediaTypes } from '../../../../installer/contract/oci.ts';
import type { VerifiedBundle } from '../../../../installer/ports/verified-bundle.ts';
import { checkFiles } from '../../../../installer/trust/check-files.ts';
import { checkImages } from '../../../../installer/trust/check-images.ts';
import { checkManifest } from '../../../../installer/trust/check-manifest.ts';
import { parseJson } from '../../../../installer/trust/parse-json.ts';
import { parseRoot } from '../../../../installer/trust/root-document.ts';
import { allStored } from '../../../../installer/trust/stored-files.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { mutateJson } from '../mutate-json.ts';
import { isRefusal, unlessRefused } from '../refused.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const hex = (digit: string) => digit.repeat(64);
const key = (letter: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(43)}`;

const manifest = {
  kind: 'airgap-bundle',
  schema: 1,
  product: { name: 'tiny', version: '1.0', title: 'Tiny' },
  release: 3,
  minimumSourceRelease: 1,
  created: '2026-01-01T00:00:00.000Z',
  chunkSize: 100,
  images: [
    {
      name: 'a/b',
      ref: 'a/b:1',
      digest: `sha256:${hex('1')}`,
      mediaType: mediaTypes.ociManifest,
      size: 10,
      unpackedSize: null,
    },
  ],
  models: [{ id: 'tiny', path: 'models/t.gguf', size: 150, digest: `sha256:${hex('2')}` }],
  files: [
    { path: `blobs/sha256/${hex('1')}`, size: 10, digest: `sha256:${hex('1')}` },
    {
      path: 'models/t.gguf',
      size: 150,
      digest: `sha256:${hex('2')}`,
      chunks: [`sha256:${hex('3')}`, `sha256:${hex('4')}`],
      parts: [
        { path: 'models/t.gguf.part001', size: 100, digest: `sha256:${hex('5')}` },
        { path: 'models/t.gguf.part002', size: 50, digest: `sha256:${hex('6')}` },
      ],
    },
    { path: 'product/product.yaml', size: 5, digest: `sha256:${hex('7')}` },
  ],
};

const delta = {
  ...manifest,
  base: { release: 2, manifestDigest: `sha256:${hex('8')}` },
  assumed: [
    { path: `blobs/sha256/${hex('9')}`, size: 20, digest: `sha256:${hex('9')}` },
    { path: 'models/other.gguf', size: 30, digest: `sha256:${hex('a')}` },
  ],
};

const root = {
  kind: 'airgap-root',
  schema: 1,
  version: 1,
  roles: { root: { keys: [key('a')], threshold: 1 }, bundle: { keys: [key('b'), key('c')], threshold: 2 } },
};

const descriptor = { mediaType: mediaTypes.ociConfig, digest: `sha256:${hex('7')}`, size: 5 };
const image = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: descriptor,
  layers: [descriptor, descriptor],
};
const index = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests: [{ ...descriptor, mediaType: mediaTypes.ociManifest }],
};

const documents: readonly unknown[] = [manifest, manifest, delta, root, image, index];

/** All JSON that the site's verification reads: bundle.json, root.json, image manifests and indexes. */
export const manifestTarget = async (): Promise<FuzzTarget> => ({
  name: 'manifest',
  make(random) {
    const text = Buffer.from(JSON.stringify(mutateJson(random, random.pick(documents))) ?? '');
    return random.chance(0.2) ? mutateBytes(random, text) : text;
  },
  async read(input) {
    unlessRefused(() => requireSound(parseJson(input, bundleManifest, 'BUNDLE_FORMAT', 'bundle.json')));
    unlessRefused(() => parseRoot(input, 'root.json'));
    for (const mediaType of [mediaTypes.ociManifest, mediaTypes.ociIndex]) await readImage(input, mediaType);
    if ('polluted' in {}) throw new Unsound('Object.prototype was changed');
  },
});

/** What is taken has no path that leads anywhere but into the bundle, and no two that a FAT file system would take for one. */
function requireSound(taken: BundleManifest): void {
  checkManifest(taken);
  checkFiles(
    taken,
    allStored(taken).map(({ path, size }) => ({ path, size })),
  );
  const folded = new Set<string>();
  for (const { path } of [...taken.files, ...allStored(taken)]) {
    const segments = path.split('/');
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) throw new Unsound(path);
    if (/[^A-Za-z0-9._+@=/-]/.test(path)) throw new Unsound(path);
  }
  for (const { path } of allStored(taken)) {
    if (folded.has(path.toLowerCase())) throw new Unsound(`twice: ${path}`);
    folded.add(path.toLowerCase());
  }
}

async function readImage(input: Buffer, mediaType: string): Promise<void> {
  const digest = sha256(input);
  const files = [
    { path: blobPath(digest), size: input.length },
    { path: blobPath(descriptor.digest), size: descriptor.size },
  ];
  const images = [{ name: 'x', ref: 'x', digest, mediaType, size: 1, unpackedSize: null }];
  const bundle = { manifest: { images, files }, read: async () => input } as unknown as VerifiedBundle;
  try {
    await checkImages(bundle);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
