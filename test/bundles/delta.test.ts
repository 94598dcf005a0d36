import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CreateEvent, createBundle } from '../../bundles/create.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { legacyArchive, type SyntheticImage, syntheticImage } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const mebibyte = 1024 * 1024;

/** Text that hardly compresses, other for each seed. */
function noise(seed: number, size: number): string {
  let state = seed;
  const digits: string[] = [];
  for (let index = 0; index < size / 8; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    digits.push(state.toString(16).padStart(8, '0'));
  }
  return digits.join('');
}

const release1 = [
  syntheticImage('tiny-api:1.0', [noise(1, 6 * mebibyte), noise(2, mebibyte)]),
  syntheticImage('tiny-db:2.0', [noise(1, 6 * mebibyte), noise(3, mebibyte)]),
  ...tinyImages.slice(2),
];

async function bytesBelow(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/** A base release, and its bundle's inputs with something changed. */
async function makeBase(dir: string): Promise<TinyBundle> {
  const archive = join(dir, 'release-1.tar');
  await writeFile(archive, legacyArchive(release1));
  const packages = join(dir, 'packages');
  await mkdir(packages);
  await writeFile(join(packages, 'big-1.0-py3-none-any.whl'), wheelOf(noise(9, 2 * mebibyte)));
  return makeTinyBundle(dir, { images: [archive], packages: [packages] });
}

async function makeNext(
  base: TinyBundle,
  dir: string,
  images: readonly SyntheticImage[],
  extra: { base?: string; release?: number; model?: string } = {},
) {
  const archive = join(dir, 'release-2.tar');
  await writeFile(archive, legacyArchive(images));
  const events: CreateEvent[] = [];
  const result = await createBundle(
    {
      ...{
        productDir: base.productDir,
        out: join(dir, extra.base === undefined ? 'full' : 'delta'),
        images: [archive],
      },
      ...{ models: [{ path: extra.model ?? tinyModel }], packages: [join(dir, 'packages')] },
      ...{ release: extra.release ?? 2, rootFile: base.rootFile, signKeys: base.keys, created: new Date(0) },
      ...{ platform: { os: 'linux', architecture: 'amd64' } },
      ...(extra.base === undefined ? {} : { base: extra.base }),
    },
    { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
  );
  return { result, events };
}

const release2 = [syntheticImage('tiny-api:1.0', [noise(1, 6 * mebibyte), noise(22, mebibyte)]), ...release1.slice(1)];

describe('a delta bundle', () => {
  it('holds what changed, and at most 5 % and 1 MiB more', async () => {
    const dir = await workDir();
    const base = await makeBase(dir);
    const { result, events } = await makeNext(base, dir, release2, { base: base.dir });
    const full = await makeNext(base, dir, release2);
    const { files, assumed = [], base: builtOn, minimumSourceRelease } = result.manifest;
    expect(builtOn).toEqual({ release: 1, manifestDigest: base.result.manifestDigest });
    expect(minimumSourceRelease).toBe(1);
    expect([...files, ...assumed].map(({ path }) => path).sort()).toEqual(
      full.result.manifest.files.map(({ path }) => path).sort(),
    );

    const old = new Map(base.result.manifest.files.map(({ path, digest }) => [path, digest]));
    const changed = full.result.manifest.files.filter(({ path, digest }) => old.get(path) !== digest);
    const changedBytes = changed.reduce((sum, { size }) => sum + size, 0);
    const bytes = await bytesBelow(result.dir);
    expect(changedBytes).toBeGreaterThan(mebibyte / 4);
    expect(bytes).toBeLessThanOrEqual(changedBytes * 1.05 + mebibyte);
    expect(await bytesBelow(full.result.dir)).toBeGreaterThan(bytes + 6 * mebibyte);
    expect(events.find((event) => event.kind === 'delta')).toMatchObject({ release: 1, files: assumed.length });
    const folders = await readdir(result.dir);
    // the model and the packages did not change
    expect(folders).not.toContain('models');
    expect(folders).not.toContain('packages');
  });

  it('is verified without the site, as far as signatures and documents go', async () => {
    const dir = await workDir();
    const base = await makeBase(dir);
    const { result } = await makeNext(base, dir, release2, { base: base.dir });
    const bundle = await verifyBundle({ media: await openMedia(result.dir), root: base.rootFile });
    const [missing] = result.manifest.assumed ?? [];
    expect(await errorOf(bundle.read(missing?.path ?? '', 64 * mebibyte))).toMatchObject({
      code: 'DELTA_FILE_MISSING',
    });
  });

  it('needs only the base’s bundle.json', async () => {
    const dir = await workDir();
    const base = await makeBase(dir);
    await mkdir(join(dir, 'only'));
    await copyFile(join(base.dir, 'bundle.json'), join(dir, 'only/bundle.json'));
    const { result } = await makeNext(base, dir, release2, { base: join(dir, 'only') });
    expect(result.manifest.base?.manifestDigest).toBe(base.result.manifestDigest);
  });

  it('on a delta has what both releases brought', async () => {
    const dir = await workDir();
    const base = await makeBase(dir);
    const { result: second } = await makeNext(base, dir, release2, { base: base.dir });
    await mkdir(join(dir, 'next'));
    await copyFile(join(second.dir, 'bundle.json'), join(dir, 'next/bundle.json'));
    const third = join(dir, 'third');
    await mkdir(join(third, 'packages'), { recursive: true });
    await copyFile(join(dir, 'packages/big-1.0-py3-none-any.whl'), join(third, 'packages/big-1.0-py3-none-any.whl'));
    const { result } = await makeNext(base, third, release2, { base: join(dir, 'next'), release: 3 });
    const big = (result.manifest.assumed ?? []).filter(({ size }) => size > mebibyte / 4);
    expect(big.length).toBeGreaterThanOrEqual(5);
    expect(await bytesBelow(result.dir)).toBeLessThan(mebibyte);
  });

  it('of the same inputs is the same bytes', async () => {
    const dir = await workDir();
    const base = await makeBase(dir);
    const one = await makeNext(base, dir, release2, { base: base.dir });
    const other = join(dir, 'other');
    await mkdir(join(other, 'packages'), { recursive: true });
    await copyFile(join(dir, 'packages/big-1.0-py3-none-any.whl'), join(other, 'packages/big-1.0-py3-none-any.whl'));
    const two = await makeNext(base, other, release2, { base: base.dir });
    expect(two.result.manifestDigest).toBe(one.result.manifestDigest);
  });

  it.each([
    ['a release that is not older', { release: 1 }, 'release'],
    ['a base of another product', {}, 'product'],
    ['a base that is no manifest', {}, 'bundle.json'],
  ])('%s is refused', async (name, extra, what) => {
    const dir = await workDir();
    const base = await makeBase(dir);
    const file = join(base.dir, 'bundle.json');
    if (what === 'product')
      await writeFile(file, (await readFile(file, 'utf8')).replace('"name": "tiny"', '"name": "x"'));
    if (what === 'bundle.json') await writeFile(file, '{}');
    const error = await errorOf(makeNext(base, dir, release2, { base: base.dir, ...extra }));
    expect(error, name).toMatchObject({ code: 'DELTA_BASE_FORMAT', params: { what } });
  });
});
