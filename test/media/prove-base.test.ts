import { copyFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import type { AssumedFile } from '../../installer/contract/manifest.ts';
import { siteBase } from '../../installer/engine/base-files.ts';
import { installPlan } from '../../installer/engine/plan.ts';
import { stepInfos } from '../../installer/engine/plan-builder.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import type { RunHandle } from '../../installer/engine/runs.ts';
import { placeFiles } from '../../installer/files/place-files-step.ts';
import { checkMedia } from '../../installer/media/check-media-step.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { assumedBytes, requireBase } from '../../installer/media/prove-base.ts';
import { placeModel } from '../../installer/model/place-step.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';
import { readImageTrees } from '../../installer/registry/bundle-images.ts';
import { registryClient } from '../../installer/registry/client.ts';
import { isPushed, pushImages } from '../../installer/registry/push.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { type RunningRegistry, runRegistry } from '../bundles/support/run-registry.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { legacyArchive, syntheticImage } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { recordingContext } from '../registry/support/test-context.ts';

// A site as the install steps leave it: CNCF Distribution's own tree, written by a real registry, the placed model, placed files.
const longMs = 600_000;
const workDir = workDirs();
let dataDir: string;
let registry: RunningRegistry;
let base: TinyBundle;
let delta: VerifiedBundle;
let deltaDir: string;
const platform = { os: 'linux', architecture: 'amd64' };

beforeAll(async () => {
  const dir = await workDir();
  dataDir = join(dir, 'state');
  await mkdir(join(dir, 'packages'), { recursive: true });
  await writeFile(join(dir, 'packages/tiny-1.0-py3-none-any.whl'), wheelOf('wheel'));
  base = await makeTinyBundle(dir, { packages: [join(dir, 'packages')] });
  const archive = join(dir, 'release-2.tar');
  const changed = syntheticImage('tiny-api:1.0', ['base', 'changed']);
  await writeFile(archive, legacyArchive([changed, ...tinyImages.slice(1)]));
  deltaDir = join(dir, 'delta');
  await createBundle(
    {
      ...{ productDir: base.productDir, out: deltaDir, images: [archive], models: [{ path: tinyModel }], release: 2 },
      ...{ rootFile: base.rootFile, signKeys: base.keys, created: new Date(0), platform, base: base.dir },
      packages: [join(dir, 'packages')],
    },
    { signal: new AbortController().signal, onEvent: () => undefined },
  );

  const first = await verifyBundle({ media: await openMedia(base.dir), root: base.rootFile });
  await mkdir(join(dir, 'registry'));
  registry = await runRegistry({ dir: join(dir, 'registry'), storage: join(dataDir, 'registry') });
  await push(first);
  const context = recordingContext();
  await placeModel.run({ bundle: first, modelId: 'tiny', modelsDir: join(dataDir, 'models') }, context);
  await placeFiles.run({ bundle: first, filesDir: join(dataDir, 'files/1') }, context);
  delta = await openDelta();
}, longMs);

afterAll(() => registry?.stop(), longMs);

async function openDelta(): Promise<VerifiedBundle> {
  const media = await openMedia(deltaDir);
  return verifyBundle({ media, root: base.rootFile, ...siteBase(dataDir, { release: 1 }) });
}

async function push(bundle: VerifiedBundle): Promise<boolean> {
  const client = registryClient(registry.address);
  try {
    const trees = await readImageTrees(bundle);
    const tag = `release-${bundle.manifest.release}`;
    await pushImages(bundle, trees, { client, tag });
    const there = await Promise.all(trees.map((tree) => isPushed(client, tree, tag)));
    return there.every((one) => one);
  } finally {
    client.close();
  }
}

const installed = () => ({ release: 1, manifestDigest: base.result.manifestDigest as `sha256:${string}` });
const prove = () => checkMedia.run({ bundle: delta, alreadyInstalled: false }, recordingContext());

function assumed(prefix: string): AssumedFile {
  const found = delta.manifest.assumed?.find(({ path }) => path.startsWith(prefix));
  if (found === undefined) throw new Error(`nothing below ${prefix} is assumed`);
  return found;
}

function placeOf({ path, digest }: AssumedFile): string {
  const hex = digest.slice('sha256:'.length);
  if (path.startsWith('blobs/')) {
    return join(dataDir, 'registry/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  }
  return path.startsWith('models/') ? join(dataDir, 'models', hex, 'model.gguf') : join(dataDir, 'files/1', path);
}

describe('what the base release left on the site', () => {
  it('is proven, byte by byte, with the medium', async () => {
    const context = recordingContext();
    const input = { bundle: delta, alreadyInstalled: false };
    const output = await checkMedia.run(input, context);
    await checkMedia.verify(output, input, context);
    const listed = delta.manifest.files.reduce((sum, { size }) => sum + size, 0);
    const bytes = listed + assumedBytes(delta);
    expect(output.bytes).toBe(bytes);
    expect(context.reports.at(-1)).toMatchObject({ done: bytes, total: bytes });
    const done = context.reports.map((report) => report.done);
    expect(done).toEqual(done.toSorted((x, y) => x - y));
    for (const prefix of ['blobs/', 'models/', 'packages/', 'sbom/']) expect(assumed(prefix).size).toBeGreaterThan(0);
  });

  it('serves the delta: its images are whole in the registry, its files are placed', async () => {
    expect(await push(delta)).toBe(true);
    const context = recordingContext();
    const input = { bundle: delta, filesDir: join(dataDir, 'files/2') };
    const placed = await placeFiles.run(input, context);
    await placeFiles.verify(placed, input, context);
    const model = await placeModel.check(
      { bundle: delta, modelId: 'tiny', modelsDir: join(dataDir, 'models') },
      context,
    );
    expect(model?.digest).toBe(delta.manifest.models[0]?.digest);
  });

  describe.each(['blobs/', 'models/', 'packages/', 'sbom/'])('%s', (prefix) => {
    /** Does harm to a file, sees what the proof says, and puts the file back. */
    async function refusalAfter(harm: (place: string) => Promise<void>) {
      const place = placeOf(assumed(prefix));
      await rename(place, `${place}.kept`);
      try {
        await copyFile(`${place}.kept`, place);
        await harm(place);
        return await errorOf(prove());
      } finally {
        await rm(place, { force: true });
        await rename(`${place}.kept`, place);
      }
    }
    const of = () => ({ params: { file: assumed(prefix).path, release: 1 } });

    it('damaged: refused', async () => {
      const error = await refusalAfter((place) => flipByte(place, Math.floor(assumed(prefix).size / 2)));
      expect(error).toMatchObject({ code: 'DELTA_FILE_CHANGED', ...of() });
    });

    it('cut off: refused', async () => {
      const error = await refusalAfter((place) => truncate(place, assumed(prefix).size - 1));
      expect(error).toMatchObject({ code: 'DELTA_FILE_CHANGED', ...of() });
    });

    it('gone: refused', async () => {
      expect(await refusalAfter((place) => rm(place))).toMatchObject({ code: 'DELTA_FILE_MISSING', ...of() });
    });

    it('a link, even to the right bytes: refused', async () => {
      const error = await refusalAfter(async (place) => {
        await rm(place);
        await symlink(`${place}.kept`, place);
      });
      expect(error).toMatchObject({ code: 'DELTA_FILE_CHANGED', ...of() });
    });

    it('whole again: proven', async () => {
      await prove();
    });
  });
});

describe('the base release', () => {
  const another = { release: 1, manifestDigest: `sha256:${'0'.repeat(64)}` } as const;
  it.each([
    ['another one', another],
    ['none', null],
  ])('%s is refused, whatever lies on the disk', async (_, found) => {
    const error = await errorOf(() => requireBase(delta, found));
    expect(error).toMatchObject({ code: 'DELTA_BASE_MISMATCH', params: { release: 1 } });
  });

  it('is the one that was installed by this very manifest, or the delta itself by now', () => {
    requireBase(delta, installed());
    requireBase(delta, { release: 2, manifestDigest: delta.manifestDigest });
  });

  it('means nothing to a full bundle', async () => {
    const bundle = await verifyBundle({ media: await openMedia(base.dir), root: base.rootFile });
    requireBase(bundle, null);
    expect(assumedBytes(bundle)).toBe(0);
  });

  it('is proven before the first step of an install that changes anything', () => {
    const steps = stepInfos(installPlan({ dataDir } as EnginePorts, {} as RunHandle));
    const first = steps.findIndex(({ looksOnly }) => !looksOnly);
    expect(steps.findIndex(({ id }) => id === 'checkMedia')).toBeLessThan(first);
  });
});
