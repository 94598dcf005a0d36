import { randomBytes } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../fixtures/error-code.ts';
import {
  dockerOciArchive,
  hexOf,
  legacyArchive,
  ociLayoutFiles,
  syntheticImage,
  writeFiles,
} from '../fixtures/image-archives.ts';
import { makeTinyBundle, tinyImages } from '../fixtures/make-bundle.ts';
import { type TarOfEntry, tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

/** The refusal of an archive; and whatever it was, nothing of the output is left and nothing escaped from it. */
async function refusalOf(archive: Buffer) {
  const dir = await workDir();
  const path = join(dir, 'images.hostile');
  await writeFile(path, archive);
  const error = await errorOf(makeTinyBundle(dir, { images: [path] }));
  const left = await readdir(dir);
  expect(left.sort()).toEqual(
    ['images.hostile', 'images.tar', 'key-1', 'key-1.pub', 'product', 'root.json', 'root.json.1.sig'].sort(),
  );
  return error;
}

const withEntry = (entry: TarOfEntry) => Buffer.concat([tarOf([entry]).subarray(0, -1024), legacyArchive(tinyImages)]);
const layout = () => ociLayoutFiles(tinyImages, 'plain');
const tarOfFiles = (files: Map<string, Buffer>) => tarOf([...files].map(([path, content]) => ({ path, content })));

const noise = randomBytes(200_000);
const oneLayer = (layer: Buffer) =>
  tarOf([
    { path: 'x/layer.tar', content: layer },
    {
      path: 'manifest.json',
      content: JSON.stringify([{ Config: 'c.json', RepoTags: ['tiny-api:1.0'], Layers: ['x/layer.tar'] }]),
    },
    { path: 'c.json', content: syntheticImage('tiny-api:1.0', ['x']).config },
  ]);

const archives: [string, () => Buffer][] = [
  ['path traversal', () => withEntry({ path: '../escaped', content: 'x' })],
  ['path traversal further in', () => withEntry({ path: 'a/../../escaped', content: 'x' })],
  ['an absolute path', () => withEntry({ path: '/tmp/escaped', content: 'x' })],
  ['a link that leads outside', () => withEntry({ path: 'a', type: 'SymbolicLink', linkpath: '../../etc/passwd' })],
  ['a link to an absolute path', () => withEntry({ path: 'a', type: 'SymbolicLink', linkpath: '/etc/passwd' })],
  ['a hard link', () => withEntry({ path: 'a', type: 'Link', linkpath: 'manifest.json' })],
  ['a device', () => withEntry({ path: 'a', type: 'CharacterDevice' })],
  ['a folder with content', () => withEntry({ path: 'a/', type: 'Directory', content: 'x'.repeat(5000) })],
  ['a FIFO', () => withEntry({ path: 'a', type: 'FIFO' })],
  [
    'an entry given twice',
    () => Buffer.concat([legacyArchive(tinyImages).subarray(0, -1024), legacyArchive(tinyImages)]),
  ],
  ['a truncated gzip layer', () => oneLayer(gzipSync(noise).subarray(0, -10))],
  ['a truncated zstd layer', () => oneLayer(zstdCompressSync(noise).subarray(0, -10))],
  ['a damaged zstd layer', () => oneLayer(damaged(zstdCompressSync(noise), 5000))],
  ['a gzip layer with something after it', () => oneLayer(Buffer.concat([gzipSync(noise), randomBytes(9000)]))],
  ['a zstd layer with something after it', () => oneLayer(Buffer.concat([zstdCompressSync(noise), randomBytes(9000)]))],
  ['a damaged gzip', () => damaged(gzipSync(legacyArchive(tinyImages)), 60)],
  ['compression within compression', () => gzipSync(gzipSync(legacyArchive(tinyImages)))],
  ['text instead of an archive', () => Buffer.from('no archive at all\n'.repeat(200))],
  ['an empty file', () => Buffer.alloc(0)],
  ['a damaged header', () => damaged(legacyArchive(tinyImages), 100)],
  ['neither layout', () => tarOf([{ path: 'readme', content: 'x' }])],
  ['manifest.json that is no JSON', () => tarOf([{ path: 'manifest.json', content: '[{' }])],
  [
    'layers that are not the configuration’s',
    () => legacyArchive(tinyImages.map((i) => ({ ...i, layers: [tarOf([])] }))),
  ],
  [
    'a blob that is not its name',
    () => tarOfFiles(new Map([...layout(), [`blobs/sha256/${'0'.repeat(64)}`, tarOf([{ path: 'x', content: 'x' }])]])),
  ],
  [
    'a blob document that is not its name',
    () => tarOfFiles(new Map([...layout(), [`blobs/sha256/${'0'.repeat(64)}`, Buffer.from('{}')]])),
  ],
  ['digest traversal', () => withIndex((d) => Object.assign(d, { digest: 'sha256:../../../../etc/passwd' }))],
  ['a blob that is not there', () => withIndex((d) => Object.assign(d, { digest: `sha256:${'1'.repeat(64)}` }))],
  ['a size that is not the blob’s', () => withIndex((d) => Object.assign(d, { size: 5 }))],
  ['a manifest announced as an index', () => withIndex((d) => Object.assign(d, { mediaType: indexType }))],
  ['an unknown media type', () => withIndex((d) => Object.assign(d, { mediaType: 'application/x-other' }))],
  [
    'an unknown layout version',
    () => tarOfFiles(layout().set('oci-layout', Buffer.from('{"imageLayoutVersion":"9"}'))),
  ],
];
const indexType = 'application/vnd.oci.image.index.v1+json';

describe('archives that are only unusual', () => {
  it.each([
    ['a link that nobody follows', () => withEntry({ path: 'a', type: 'SymbolicLink', linkpath: 'nowhere' })],
    ['a file that no image has', () => withEntry({ path: 'readme', content: 'x'.repeat(3_000_000) })],
    ['padding after its end', () => Buffer.concat([legacyArchive(tinyImages), Buffer.alloc(10_240)])],
  ])('%s is taken', async (_name, make) => {
    const dir = await workDir();
    await writeFile(join(dir, 'unusual'), make());
    const { result } = await makeTinyBundle(dir, { images: [join(dir, 'unusual')] });
    expect(result.manifest.images).toHaveLength(tinyImages.length);
  });
});

const cutOff: [string, () => Buffer][] = [
  ['an entry longer than the archive', () => withEntry({ path: 'a', content: 'x', size: 10 ** 9 })],
  ['a truncated archive', () => legacyArchive(tinyImages).subarray(0, 5000)],
  ['a truncated gzip', () => gzipSync(legacyArchive(tinyImages)).subarray(0, -100)],
  ['a truncated zstd', () => zstdCompressSync(legacyArchive(tinyImages)).subarray(0, -20)],
];

describe('hostile archives', () => {
  it.each(cutOff)('%s is refused as cut off', async (_name, make) => {
    expect((await refusalOf(make())).code).toBe('SOURCE_TRUNCATED');
  });

  it.each(archives)('%s is refused', async (_name, make) => {
    expect((await refusalOf(make())).code).toBe('SOURCE_FORMAT');
  });

  it('tag spoofing: a name that means two images in the two layouts of one archive is refused', async () => {
    const honest = dockerOciArchive(tinyImages);
    const spoofed = [syntheticImage('tiny-api:1.0', ['evil']), ...tinyImages.slice(1)];
    const files = new Map([...ociLayoutFiles(tinyImages, 'plain'), ...ociLayoutFiles(spoofed, 'plain')]);
    const manifest = tinyImages.map((image) => ({
      Config: `blobs/sha256/${hexOf(image.config)}`,
      RepoTags: [image.ref],
      Layers: [],
    }));
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    const error = await refusalOf(tarOfFiles(files));
    expect(error.code).toBe('SOURCE_FORMAT');
    expect(error.params.what).toContain('manifest.json and index.json');
    const dir = await workDir();
    await writeFile(join(dir, 'honest'), honest);
    await makeTinyBundle(dir, { images: [join(dir, 'honest')] });
  });

  it('manifest and index in one document (CVE-2021-41190) is refused', async () => {
    const files = layout();
    const index = JSON.parse(files.get('index.json')?.toString() ?? '');
    const [first] = index.manifests;
    const path = `blobs/sha256/${first.digest.slice(7)}`;
    const both = Buffer.from(JSON.stringify({ ...JSON.parse(files.get(path)?.toString() ?? ''), manifests: [] }));
    Object.assign(first, { digest: `sha256:${hexOf(both)}`, size: both.length });
    files.set(`blobs/sha256/${hexOf(both)}`, both).set('index.json', Buffer.from(JSON.stringify(index)));
    expect((await refusalOf(tarOfFiles(files))).code).toBe('SOURCE_FORMAT');
  });

  it.each([
    ['a layer', (bomb: Buffer) => tarOf([{ path: 'x/layer.tar', content: bomb }])],
    ['the archive', (bomb: Buffer) => bomb],
  ])('a zstd bomb as %s ends by its ratio, in bounded memory', async (_name, make) => {
    // 128 MiB of zeros are some 12 kB; frames may follow each other (RFC 8878, 3.1)
    const frame = zstdCompressSync(Buffer.alloc(128 * 1024 * 1024));
    const bomb = make(Buffer.concat(Array.from({ length: 6 }, () => frame)));
    expect(bomb.length).toBeLessThan(512 * 1024);
    const before = process.memoryUsage().rss;
    expect((await refusalOf(bomb)).code).toBe('SOURCE_FORMAT');
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });
});

describe('hostile folders', () => {
  it('a link in a layout folder is not followed', async () => {
    const dir = await workDir();
    const files = layout();
    files.delete('index.json');
    await writeFiles(join(dir, 'layout'), files);
    await writeFile(join(dir, 'real-index.json'), layout().get('index.json') ?? '');
    await symlink('../real-index.json', join(dir, 'layout/index.json'));
    expect((await errorOf(makeTinyBundle(dir, { images: [`oci:${join(dir, 'layout')}`] }))).code).toBe('SOURCE_FORMAT');
  });

  it('a folder that is no layout, a missing one, an unknown kind of source', async () => {
    const refuse = async (source: (dir: string) => string) => {
      const dir = await workDir();
      await mkdir(join(dir, 'empty'));
      return (await errorOf(makeTinyBundle(dir, { images: [source(dir)] }))).code;
    };
    expect(await refuse((dir) => `oci:${dir}/empty`)).toBe('SOURCE_FORMAT');
    expect(await refuse((dir) => `oci:${dir}/nowhere`)).toBe('SOURCE_UNREADABLE');
    expect(await refuse((dir) => `${dir}/nowhere.tar`)).toBe('SOURCE_UNREADABLE');
    expect(await refuse((dir) => `${dir}/empty`)).toBe('SOURCE_FORMAT');
    expect(await refuse(() => 'ftp:codegraph:latest')).toBe('SOURCE_FORMAT');
    expect(await refuse(() => 'dir:codegraph:latest')).toBe('SOURCE_FORMAT');
  });
});

function damaged(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xaa, offset, offset + 4);
  return copy;
}

function withIndex(change: (descriptor: object) => void): Buffer {
  const files = layout();
  const index = JSON.parse(files.get('index.json')?.toString() ?? '');
  change(index.manifests[0]);
  return tarOfFiles(files.set('index.json', Buffer.from(JSON.stringify(index))));
}
