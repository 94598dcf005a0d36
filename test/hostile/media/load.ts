import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../installer/base/hash.ts';
import { blobPath } from '../../../installer/contract/oci.ts';
import { hashEveryByte } from '../../../installer/media/hash-every-byte.ts';
import { inspectModel } from '../../../installer/model/bundle-model.ts';
import { placeModel } from '../../../installer/model/place-step.ts';
import type { Media } from '../../../installer/ports/media.ts';
import type { VerifiedBundle } from '../../../installer/ports/verified-bundle.ts';
import { readImageTrees } from '../../../installer/registry/bundle-images.ts';
import { registryClient } from '../../../installer/registry/client.ts';
import { dockerArchive } from '../../../installer/registry/docker-archive.ts';
import { pushImages } from '../../../installer/registry/push.ts';
import { verifyMedia } from '../../../installer/trust/verify-step.ts';
import { gullibleRegistry } from './gullible-registry.ts';

/** Bytes that came onto the machine, by what they are there; complete ones only. */
export type Installed = Map<string, Buffer>;

const context = {
  signal: new AbortController().signal,
  progress: () => undefined,
  making: () => undefined,
  isOurs: () => false,
  emit: () => undefined,
};

/**
 * The way of an installation's bytes, on the engine's own steps and readers, in the plan's order: trust, the first pass over every
 * byte, the registry's bootstrap archive, the registry, the model, the product's files. `between` acts on the medium after each.
 */
export async function load(
  media: Media,
  root: Buffer,
  options: { dir: string; rootFile: string; installed: Installed; between?: (stage: Stage) => Promise<void> },
): Promise<void> {
  const { installed, between = async () => undefined } = options;
  const officersRoot = { file: options.rootFile, bytes: root, came: 'separate' as const };
  const input = {
    media,
    root: officersRoot,
    confirmed: null,
    compared: false,
    installedRelease: null,
    expectedProduct: null,
  };
  const bundle = await verifyMedia.run(input, context);
  await between('trust');
  await verifyMedia.verify(bundle, input, context);
  await inspectModel(bundle, 'tiny');
  await hashEveryByte(bundle, context);
  await between('pass');
  await bootstrap(bundle, installed);
  await pushEverything(bundle, installed);
  await place(bundle, options.dir, installed);
  for (const { path } of bundle.manifest.files.filter((file) => /^(product|sbom)\//.test(file.path))) {
    installed.set(path, await bundle.read(path, 1e6));
  }
  if (sha256(root) === bundle.rootDigest) installed.set('root.json', root);
}

export type Stage = 'trust' | 'pass';

/** What the engine would load: the archive as far as it ended well. */
async function bootstrap(bundle: VerifiedBundle, installed: Installed): Promise<void> {
  const tree = (await readImageTrees(bundle)).at(-1);
  const manifest = tree?.images[0]?.manifest;
  if (manifest === undefined) throw new Error('no image');
  const chunks: Buffer[] = [];
  for await (const chunk of dockerArchive(bundle, manifest, 'x:1') as AsyncIterable<Buffer>) chunks.push(chunk);
  for (const [path, content] of tarEntries(Buffer.concat(chunks))) {
    if (path.startsWith('blobs/')) installed.set(`engine ${path.slice('blobs/'.length).replace('/', ':')}`, content);
  }
}

/** Plain files of a ustar archive, name and content. */
function* tarEntries(archive: Buffer): Generator<[string, Buffer]> {
  for (let at = 0; at < archive.length && archive[at] !== 0; ) {
    const name = archive.toString('latin1', at, archive.indexOf(0, at));
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    yield [name, archive.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function pushEverything(bundle: VerifiedBundle, installed: Installed): Promise<void> {
  const registry = await gullibleRegistry();
  const client = registryClient(registry.address);
  try {
    await pushImages(bundle, await readImageTrees(bundle), { client, tag: 'release-1' });
  } finally {
    client.close();
    await registry.close();
    for (const [digest, bytes] of registry.stored) installed.set(blobPath(digest), bytes);
  }
}

async function place(bundle: VerifiedBundle, dir: string, installed: Installed): Promise<void> {
  const modelsDir = join(dir, 'models');
  await mkdir(modelsDir);
  try {
    await placeModel.run({ bundle, modelId: 'tiny', modelsDir }, context);
  } finally {
    for (const entry of await readdir(modelsDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.stamp')) continue;
      // also a temporary file would be something that was left
      installed.set(
        entry.name === 'model.gguf' ? 'models/tiny.gguf' : entry.name,
        await readFile(join(entry.parentPath, entry.name)),
      );
    }
  }
}
