import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CreateEvent } from '../../bundles/create.ts';
import { createBundle } from '../../bundles/create.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { hexOf, legacyArchive } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { type TarOfEntry, tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const images = gzipSync(legacyArchive(tinyImages));

/** Creates from nested archives alone, with the rest of a tiny bundle's inputs. */
async function createFrom(made: TinyBundle, from: string[], out: string, extra: object = {}) {
  const events: CreateEvent[] = [];
  const result = await createBundle(
    {
      ...{ productDir: made.productDir, out, images: [], models: [], from, release: 1, rootFile: made.rootFile },
      ...{ signKeys: made.keys, created: new Date(0), platform: { os: 'linux', architecture: 'amd64' }, ...extra },
    },
    { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
  );
  return { result, events };
}

describe('the archive of the deployment guide’s script', () => {
  it('is read as one source: images, model, packages, config and scripts', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(join(dir, await named(dir, 'other')));
    const parts = join(dir, 'parts');
    for (const folder of ['packages', 'config', 'scripts']) await mkdir(join(parts, folder), { recursive: true });
    await writeFile(join(parts, 'codegraph-images.tar.gz'), images);
    await copyFile(tinyModel, join(parts, 'model.gguf'));
    await writeFile(join(parts, 'packages/tiny-1.0-py3-none-any.whl'), 'wheel');
    await writeFile(join(parts, 'packages/other_pkg-2.0.tar.gz'), gzipSync('sdist'));
    await writeFile(join(parts, 'config/config.yaml'), 'a: 1\n');
    await writeFile(join(parts, 'scripts/install-airgapped.sh'), '#!/bin/sh\n');
    await writeFile(join(parts, 'requirements.txt'), 'tiny==1.0\n');
    // the script's own command
    const archive = join(dir, 'codegraph-airgapped-bundle.tar.gz');
    const inside = ['codegraph-images.tar.gz', 'model.gguf', 'packages/', 'config/', 'scripts/', 'requirements.txt'];
    execFileSync('tar', ['-czf', archive, ...inside], { cwd: parts });

    const { result, events } = await createFrom(made, [archive], join(dir, 'bundle'));
    expect(result.manifest.images).toEqual(made.result.manifest.images);
    expect(result.manifest.models).toEqual(made.result.manifest.models);
    const paths = result.manifest.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'packages/tiny-1.0-py3-none-any.whl',
        'packages/other_pkg-2.0.tar.gz',
        'packages/requirements.txt',
        'packages/requirements.hashed.txt',
        'tools/config/config.yaml',
        'tools/scripts/install-airgapped.sh',
      ]),
    );
    expect(await readFile(join(dir, 'bundle/packages/requirements.hashed.txt'), 'utf8')).toBe(
      `other-pkg==2.0 \\\n    --hash=sha256:${hexOf(gzipSync('sdist'))}\ntiny==1.0 \\\n    --hash=sha256:${hexOf(Buffer.from('wheel'))}\n`,
    );
    const image = events.find((event) => event.kind === 'image');
    expect(image).toMatchObject({ source: `${archive}: codegraph-images.tar.gz` });
    const media = await openMedia(join(dir, 'bundle'));
    await verifyBundle({ media, root: made.rootFile });
  });

  it('needs a model in it, or beside it', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'nested.tar');
    await writeFile(archive, tarOf([{ path: 'images.tar.gz', content: images }]));
    const out = join(dir, 'out');
    expect(await errorOf(createFrom(made, [archive], out))).toMatchObject({ code: 'SOURCE_MODEL_MISSING' });
    const { result } = await createFrom(made, [archive], out, { models: [{ path: tinyModel }] });
    expect(result.manifest.models.length).toBe(1);
  });
});

describe('hostile nested archives', () => {
  const good: TarOfEntry[] = [{ path: 'images.tar.gz', content: images }];
  const cases: [string, TarOfEntry[]][] = [
    ['a path that leads outside', [...good, { path: '../x', content: 'x' }]],
    ['an absolute path', [...good, { path: '/etc/x', content: 'x' }]],
    ['a path that leads outside below packages', [...good, { path: 'packages/../../x', content: 'x' }]],
    ['a symbolic link', [...good, { path: 'packages/a', type: 'SymbolicLink', linkpath: '/etc/passwd' }]],
    ['a hard link', [...good, { path: 'packages/a', type: 'Link', linkpath: 'images.tar.gz' }]],
    ['a device', [...good, { path: 'scripts/a', type: 'CharacterDevice' }]],
    ['an entry given twice', [...good, { path: 'config/a', content: 'x' }, { path: './config/a', content: 'y' }]],
    ['names that differ by case', [...good, { path: 'config/a', content: 'x' }, { path: 'config/A', content: 'y' }]],
    ['a name that no bundle can hold', [...good, { path: 'packages/ä.whl', content: 'x' }]],
    ['an image archive that is none', [{ path: 'images.tar.gz', content: gzipSync('nonsense') }]],
    ['an image archive that is cut off', [{ path: 'images.tar.gz', content: images.subarray(0, images.length / 2) }]],
    ['an image archive inside an image archive', [{ path: 'images.tar.gz', content: gzipSync(images) }]],
    ['nothing', []],
    ['two models', [...good, { path: 'a.gguf', content: 'GGUF1' }, { path: 'b.gguf', content: 'GGUF2' }]],
  ];
  it.each(cases)('%s', async (_, entries) => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'nested.tar.gz');
    await writeFile(archive, gzipSync(tarOf(entries)));
    const error = await errorOf(createFrom(made, [archive], join(dir, 'out'), { models: [] }));
    expect(['SOURCE_FORMAT', 'SOURCE_IMAGE_MISSING', 'SOURCE_MODEL_MISSING']).toContain(error.code);
    await expect(readFile(join(dir, 'out/bundle.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a bomb is refused before it has unpacked much', { timeout: 300_000 }, async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'bomb.tar.gz');
    // gzip members one after the other: 800 MB of zeros in less than one
    const member = gzipSync(Buffer.alloc(8_000_000));
    const tar = Buffer.concat(Array.from({ length: 100 }, () => member));
    await writeFile(archive, gzipSync(tarOf([{ path: 'config/a', content: tar }])));
    // the bomb stands in a folder that is carried as it is: it stays packed
    const { result } = await createFrom(made, [archive], join(dir, 'out'), {
      images: [made.archive],
      models: [{ path: tinyModel }],
    });
    expect(result.bytes).toBeLessThan(10_000_000);
    await writeFile(archive, tarOf([{ path: 'images.tar.gz', content: tar }]));
    const error = await errorOf(createFrom(made, [archive], join(dir, 'out-2')));
    expect(error.code).toBe('SOURCE_FORMAT');
  });
});

async function named(dir: string, name: string): Promise<string> {
  await mkdir(join(dir, name), { recursive: true });
  return name;
}
