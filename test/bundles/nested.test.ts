import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CreateEvent } from '../../bundles/create.ts';
import { createBundle } from '../../bundles/create.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { entryText, ggufFile, llamaEntries } from '../fixtures/gguf.ts';
import { dockerOciArchive, hexOf, legacyArchive, syntheticImage } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { Random } from '../fixtures/random.ts';
import { type TarOfEntry, tarOf } from '../fixtures/tar-of.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const images = gzipSync(legacyArchive(tinyImages));
const wheel = wheelOf('wheel');
const sdist = gzipSync(tarOf([{ path: 'other_pkg-2.0/PKG-INFO', content: 'Name: other-pkg\n' }]));

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
    await writeFile(join(parts, 'packages/tiny-1.0-py3-none-any.whl'), wheel);
    await writeFile(join(parts, 'packages/other_pkg-2.0.tar.gz'), sdist);
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
      `other-pkg==2.0 \\\n    --hash=sha256:${hexOf(sdist)}\ntiny==1.0 \\\n    --hash=sha256:${hexOf(wheel)}\n`,
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

describe('what else lies in such an archive', () => {
  it('is carried, not taken for images: documentation, a chart, a packed log, a projector beside the model', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'nested.tar');
    const projector = ggufFile({ entries: [...llamaEntries, entryText('general.type', 'mmproj')] });
    const others: TarOfEntry[] = [
      { path: 'docs.tar.gz', content: gzipSync(tarOf([{ path: 'docs/index.html', content: '<html>' }])) },
      { path: 'chart-1.0.tgz', content: gzipSync(tarOf([{ path: 'chart/Chart.yaml', content: 'a: 1' }])) },
      { path: 'docker-26.tar', content: tarOf([{ path: 'docker/dockerd', content: 'x' }]) },
      { path: 'install.log.gz', content: gzipSync('installed') },
      { path: 'install.log.zst', content: zstdCompressSync('installed') },
    ];
    const models: TarOfEntry[] = [
      { path: 'mmproj.gguf', content: projector },
      { path: 'model.gguf', content: await readFile(tinyModel) },
    ];
    await writeFile(archive, tarOf([...others, ...models, { path: 'images.tar.gz', content: images }]));
    const { result, events } = await createFrom(made, [archive], join(dir, 'out'));
    const paths = result.manifest.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(others.map(({ path }) => `tools/${path}`)));
    expect(result.manifest.images).toEqual(made.result.manifest.images);
    expect(result.manifest.models).toEqual(made.result.manifest.models);
    expect(events).toContainEqual({ kind: 'ignored', source: archive, ref: 'mmproj.gguf' });
  });

  it('an archive of images is one however it is packed', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const random = new Random(2).bytes(300_000);
    // the first block of zstd is full of what cannot be packed
    const layered = [syntheticImage('tiny-api:1.0', [random.toString('latin1')]), ...tinyImages.slice(1)];
    for (const [name, content] of [
      ['plain', legacyArchive(layered)],
      ['zstd', zstdCompressSync(legacyArchive(layered))],
      ['layout', zstdCompressSync(dockerOciArchive(layered, 'gzip'))],
    ] as const) {
      const archive = join(dir, name);
      await writeFile(archive, tarOf([{ path: `${name}.tar`, content }]));
      const { result } = await createFrom(made, [archive], join(dir, `out-${name}`), { models: [{ path: tinyModel }] });
      expect(result.manifest.images.length, name).toBe(3);
    }
  });
});

describe('Python packages that are not whole', () => {
  it.each([
    ['a wheel', 'a-1.0-py3-none-any.whl', wheel.subarray(0, -1)],
    ['a source distribution', 'a-1.0.tar.gz', sdist.subarray(0, -5)],
    [
      'a source distribution of an archive that is',
      'a-1.0.tar.gz',
      gzipSync(tarOf([{ path: 'a/b', content: 'x'.repeat(600) }]).subarray(0, 1000)),
    ],
  ])('%s is refused', async (_name, file, content) => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    await mkdir(join(dir, 'packages'));
    await writeFile(join(dir, 'packages', file), content);
    const given = { images: [made.archive], models: [{ path: tinyModel }], packages: [join(dir, 'packages')] };
    const error = await errorOf(createFrom(made, [], join(dir, 'out'), given));
    expect(error).toMatchObject({ code: 'SOURCE_TRUNCATED', params: { source: `packages/${file}` } });
  });

  it('what the requirements ask for and nothing is of is said; markers, options and addresses are not judged', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    await mkdir(join(dir, 'packages'));
    await writeFile(join(dir, 'packages/tiny_it-1.0-py3-none-any.whl'), wheel);
    const asked = [
      '# a comment',
      '--no-index',
      '-r other.txt',
      'Tiny.It==1.0 \\',
      '    --hash=sha256:0',
      'numpy>=2,<3  # why',
      'uvicorn[standard]',
      "colorama; sys_platform == 'win32'",
      'x @ file:///x.whl',
      '',
    ];
    await writeFile(join(dir, 'packages/requirements.txt'), asked.join('\n'));
    const given = { images: [made.archive], models: [{ path: tinyModel }], packages: [join(dir, 'packages')] };
    const { events } = await createFrom(made, [], join(dir, 'out'), given);
    const missing = events.filter((event) => event.kind === 'requirementMissing').map(({ name }) => name);
    expect(missing).toEqual(['numpy', 'uvicorn']);
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
    ['two models', [...good, { path: 'a.gguf', content: ggufFile() }, { path: 'b.gguf', content: ggufFile() }]],
  ];
  it.each(cases)('%s', async (_, entries) => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'nested.tar.gz');
    await writeFile(archive, gzipSync(tarOf(entries)));
    const error = await errorOf(createFrom(made, [archive], join(dir, 'out'), { models: [] }));
    expect(['SOURCE_FORMAT', 'SOURCE_TRUNCATED', 'SOURCE_IMAGE_MISSING', 'SOURCE_MODEL_MISSING']).toContain(error.code);
    await expect(readFile(join(dir, 'out/bundle.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a bomb is refused before it has unpacked much', { timeout: 300_000 }, async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const archive = join(dir, 'bomb.tar.gz');
    // gzip members one after the other: more than 2 GiB of zeros in less than three MB, behind what looks like images
    const member = gzipSync(Buffer.alloc(8_000_000));
    const start = gzipSync(tarOf([{ path: 'manifest.json', content: '[]' }]));
    const tar = Buffer.concat([start, ...Array.from({ length: 270 }, () => member)]);
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
