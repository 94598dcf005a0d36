/**
 * A delta bundle on a site that has its base release: the steps of an install with a real engine and a real registry, whose
 * storage is what the delta is proven against and completed from.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import { createContainerEngine } from '../../installer/adapters/docker/container-engine.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { blobPath, imageManifest, mediaTypes } from '../../installer/contract/oci.ts';
import { siteBase } from '../../installer/engine/base-files.ts';
import { placeFiles } from '../../installer/files/place-files-step.ts';
import { checkMedia } from '../../installer/media/check-media-step.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { requireBase } from '../../installer/media/prove-base.ts';
import { placeModel } from '../../installer/model/place-step.ts';
import type { ContainerEngine } from '../../installer/ports/containers.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';
import { loadImages } from '../../installer/registry/load-images-step.ts';
import { type StartRegistryInput, startRegistry } from '../../installer/registry/start-step.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, type TinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { recordingContext } from '../registry/support/test-context.ts';
import { makeTestImages, type TestImages, tarOf } from '../registry/support/test-images.ts';
import { type ForwardedPort, forwardPort } from '../site/forward-port.ts';
import { createSite, type Site } from '../site/site.ts';

const log = () => undefined;
let dir: string;
let site: Site;
let engine: ContainerEngine;
let forwarded: ForwardedPort;
let base: TinyBundle;
let first: VerifiedBundle;
let delta: VerifiedBundle;
let start: StartRegistryInput;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-delta-test-');
  const layout = join(dir, 'layout');
  await mkdir(layout);
  const images = await makeTestImages(layout, log);
  await writeIndex(layout, images, images.app.digest);
  const product = { images: Object.values(images).map(({ name, ref }) => ({ name, ref })) };
  const sources = { images: [`oci:${layout}`], platform: 'all' } as const;
  base = await makeTinyBundle(dir, { ...sources, product });
  await writeIndex(layout, images, await changedApp(layout, images.app.digest));
  const out = join(dir, 'delta');
  await createBundle(
    {
      ...{ productDir: base.productDir, out, models: [{ path: tinyModel }], release: 2, base: base.dir },
      ...{ rootFile: base.rootFile, signKeys: base.keys, created: new Date(0), ...sources },
    },
    { signal: new AbortController().signal, onEvent: log },
  );
  site = await createSite({ dir: join(dir, 'site'), log });
  engine = createContainerEngine({ socketPath: site.engine.socketPath });
  forwarded = await forwardPort(site, dir);
  first = await verifyBundle({ media: await openMedia(base.dir), root: base.rootFile });
  delta = await verifyBundle({
    media: await openMedia(out),
    root: base.rootFile,
    ...siteBase(site.dataDir, { release: 1 }),
  });
  const { port } = forwarded;
  start = {
    ...{ bundle: first, engine, product: { registry: { image: 'registry', port } }, port },
    ...{ registryDir: join(site.dataDir, 'registry'), site: '1'.repeat(32), labels: { test: 'delta' } },
  };
  const context = recordingContext();
  await startRegistry.run(start, context);
  await loadImages.run({ bundle: first, engine, address: address() }, context);
  await placeModel.run({ bundle: first, modelId: 'tiny', modelsDir: join(site.dataDir, 'models') }, context);
  await placeFiles.run({ bundle: first, filesDir: join(site.dataDir, 'files/1') }, context);
});

afterAll(async () => {
  await forwarded?.stop();
  await site?.destroy();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

const address = () => `127.0.0.1:${forwarded.port}`;
const installed = () => ({ release: 1, manifestDigest: first.manifestDigest });

/** index.json over what makeTestImages has put there, with another manifest for `app`. */
async function writeIndex(layout: string, images: TestImages, appDigest: string): Promise<void> {
  const manifests = [];
  for (const { ref, digest, mediaType } of Object.values(images)) {
    const named = ref === images.app.ref ? appDigest : digest;
    const { size } = await stat(join(layout, blobPath(named)));
    const annotations = { 'org.opencontainers.image.ref.name': ref };
    manifests.push({ mediaType, digest: named, size, annotations });
  }
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** The next release of `app`: the same base layer, another one on top. */
async function changedApp(layout: string, digest: string): Promise<string> {
  const read = async (of: string) => JSON.parse(await readFile(join(layout, blobPath(of)), 'utf8'));
  const put = async (bytes: Buffer) => {
    await writeFile(join(layout, blobPath(sha256(bytes))), bytes);
    return { digest: sha256(bytes), size: bytes.length };
  };
  const manifest = imageManifest.parse(await read(digest));
  const config = await read(manifest.config.digest);
  const layer = tarOf('note-app', 'app, second release\n');
  config.rootfs.diff_ids[config.rootfs.diff_ids.length - 1] = sha256(layer);
  const layers = manifest.layers.with(-1, { mediaType: mediaTypes.ociLayer, ...(await put(layer)) });
  const changed = {
    ...manifest,
    config: { ...manifest.config, ...(await put(Buffer.from(JSON.stringify(config)))) },
    layers,
  };
  return (await put(Buffer.from(JSON.stringify(changed)))).digest;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

describe('a delta on the site of its base release', () => {
  test('is a fraction of the base', async () => {
    expect(await bytesBelow(delta.dir)).toBeLessThan((await bytesBelow(base.dir)) / 10);
    expect(delta.manifest.base).toEqual(installed());
  });

  test('is proven against the registry’s own storage', async () => {
    const context = recordingContext();
    requireBase(delta, installed());
    const input = { bundle: delta, alreadyInstalled: false };
    const output = await checkMedia.run(input, context);
    await checkMedia.verify(output, input, context);
    expect(output.bytes).toBeGreaterThan(10_000_000);
  });

  test('is refused for a damaged layer, with nothing changed', async () => {
    const layer = delta.manifest.assumed
      ?.filter(({ path }) => path.startsWith('blobs/'))
      .toSorted((a, b) => b.size - a.size)[0];
    const hex = layer?.digest.slice('sha256:'.length) ?? '';
    const place = join(start.registryDir, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    await flipByte(place, 4321);
    const error = await errorOf(checkMedia.run({ bundle: delta, alreadyInstalled: false }, recordingContext()));
    expect(error).toMatchObject({ code: 'DELTA_FILE_CHANGED', params: { file: layer?.path } });
    await flipByte(place, 4321);
    await checkMedia.run({ bundle: delta, alreadyInstalled: false }, recordingContext());
  });

  test('brings its images into the registry and into the engine, by digest', async () => {
    const input = { bundle: delta, engine, address: address() };
    const context = recordingContext();
    expect(await loadImages.check(input, context)).toBeUndefined();
    const output = await loadImages.run(input, context);
    await loadImages.verify(output, input, context);
    const app = delta.manifest.images.find(({ name }) => name === 'test/app');
    const before = first.manifest.images.find(({ name }) => name === 'test/app');
    expect(app?.digest).not.toBe(before?.digest);
    const run = ['docker', 'run', '--rm', '--network=none', `${address()}/test/app@${app?.digest}`, 'cat', '/note-app'];
    expect(String((await site.exec(run)).stdout)).toBe('app, second release');
  });

  test('finds the model and the files where the base release put them', async () => {
    const context = recordingContext();
    const modelsDir = join(site.dataDir, 'models');
    expect(await placeModel.check({ bundle: delta, modelId: 'tiny', modelsDir }, context)).toBeDefined();
    const input = { bundle: delta, filesDir: join(site.dataDir, 'files/2') };
    await placeFiles.verify(await placeFiles.run(input, context), input, context);
  });
});
