/**
 * Sources that need more than files, and what becomes of their images: a running Docker Engine is exported from, and an engine
 * pulls what a bundle made of them out of a registry. The engines, skopeo and CNCF Distribution are real.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import { createImageExport } from '../../installer/adapters/docker/image-export.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { readImageTrees } from '../../installer/registry/bundle-images.ts';
import { registryClient } from '../../installer/registry/client.ts';
import { pushImages } from '../../installer/registry/push.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { type RunningRegistry, runRegistry } from '../bundles/support/run-registry.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { legacyArchive } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { ensureHostPackages, TEST_COMMANDS } from '../site/host-packages.ts';
import { type RunningEngine, startEngine } from '../site/start-engine.ts';

const log = () => undefined;
const platform = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
let dir: string;
let engine: RunningEngine;
let made: TinyBundle;

beforeAll(async () => {
  await ensureHostPackages(log, TEST_COMMANDS);
  dir = await mkdtemp('/var/tmp/airgap-sources-');
  made = await makeTinyBundle(dir);
  engine = await startEngine({ dir: join(dir, 'engine'), log });
  await docker('load', '--input', made.archive);
});

afterAll(async () => {
  await engine?.stop();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

const docker = async (...args: string[]) => (await execa('docker', args, { env: engine.env })).stdout;

async function create(name: string, images: string[], compress: 'zstd' | 'gzip' | 'none') {
  const { productDir, rootFile, keys } = made;
  const result = await createBundle(
    {
      ...{ productDir, out: join(dir, name), images, models: [{ path: tinyModel }], release: 1, rootFile },
      ...{ signKeys: keys, created: new Date(0), platform, compress },
    },
    {
      signal: new AbortController().signal,
      onEvent: () => undefined,
      engine: createImageExport({ socketPath: engine.socketPath }),
    },
  );
  return { result, digests: Object.fromEntries(result.manifest.images.map(({ ref, digest }) => [ref, digest])) };
}

const fromEngine = tinyImages.map(({ ref }) => `docker:${ref}`);

describe('docker:REF', () => {
  it('gives the digests that skopeo inspect reports of what the engine exports', async () => {
    const { digests } = await create('left-alone', fromEngine, 'none');
    const archive = join(dir, 'saved.tar');
    await docker('save', '--output', archive, ...tinyImages.map(({ ref }) => ref));
    for (const { ref } of tinyImages) {
      const { stdout } = await execa('skopeo', ['inspect', `oci-archive:${archive}:${ref.split(':')[1]}`]);
      expect(digests[ref], ref).toBe(JSON.parse(stdout).Digest);
    }
  });

  it('gives the same images as the engine’s own docker save archive', async () => {
    const archive = join(dir, 'saved-again.tar');
    await docker('save', '--output', archive, ...tinyImages.map(({ ref }) => ref));
    const saved = await create('from-archive', [archive], 'zstd');
    const exported = await create('from-engine', fromEngine, 'zstd');
    expect(exported.digests).toEqual(saved.digests);
    expect(exported.result.manifestDigest).toBe(saved.result.manifestDigest);
  });

  it('may call an image otherwise than the product does', async () => {
    await docker('tag', 'tiny-api:1.0', 'elsewhere/api:9');
    const { digests } = await create(
      'renamed',
      ['tiny-api:1.0=docker:elsewhere/api:9', ...fromEngine.slice(1)],
      'zstd',
    );
    expect(Object.keys(digests)).toContain('tiny-api:1.0');
  });

  it('names the image that the engine lacks', async () => {
    const error = await errorOf(create('lacking', ['docker:nowhere:1'], 'zstd'));
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE', params: { file: 'docker:nowhere:1' } });
  });

  it('says that no engine answers', async () => {
    const nobody = createImageExport({ socketPath: join(dir, 'no.sock') });
    expect(await errorOf(nobody.export(['a'], new AbortController().signal))).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });
});

describe('what a bundle holds can be pulled by an engine, with the images’ own identity', () => {
  let registry: RunningRegistry;

  beforeAll(async () => {
    await mkdir(join(dir, 'registry'));
    registry = await runRegistry({ dir: join(dir, 'registry') });
  });
  afterAll(() => registry?.stop());

  it.each(['zstd', 'gzip', 'none'] as const)('layers that became %s', async (compress) => {
    const archive = join(dir, 'legacy.tar');
    await writeFile(archive, legacyArchive(tinyImages));
    const { result } = await create(`as-${compress}`, [archive], compress);
    const bundle = await verifyBundle({ media: await openMedia(result.dir), root: made.rootFile });
    const client = registryClient(registry.address);
    await pushImages(bundle, await readImageTrees(bundle), { client, tag: compress });
    client.close();
    for (const { name, ref, digest } of result.manifest.images) {
      const pulled = `${registry.address}/${name}@${digest}`;
      await docker('pull', '--quiet', pulled);
      expect(await docker('inspect', '--format', '{{.Id}}', pulled)).toBe(
        await docker('inspect', '--format', '{{.Id}}', ref),
      );
    }
  });
});

describe('the image’s own package list', () => {
  it('is the one that dpkg prints in it', async () => {
    const demo = inject('demo');
    const document = JSON.parse(await readFile(join(demo.bundle, 'sbom/postgres.cdx.json'), 'utf8'));
    const names = document.components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['libc6', 'postgresql-17', 'debian']));
  });
});
