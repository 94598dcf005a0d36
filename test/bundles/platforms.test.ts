import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UnpackGuard } from '../../bundles/images/unpack-guard.ts';
import { scanLayer } from '../../bundles/sbom/scan-layer.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { hexOf, ociLayoutFiles, syntheticImage, writeFiles } from '../fixtures/image-archives.ts';
import { makeTinyBundle, tinyImages } from '../fixtures/make-bundle.ts';
import { tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const ref = 'tiny-api:1.0';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

type Platform = { os: string; architecture: string; variant?: string };

/** A layout of the tiny images, the first of them an index with an image for each platform. */
async function layoutWith(
  platforms: readonly Platform[],
  change: (layer: Record<string, unknown>) => void,
): Promise<string> {
  const files = ociLayoutFiles(tinyImages, 'gzip');
  const put = (document: object, mediaType: string) => {
    const bytes = Buffer.from(JSON.stringify(document));
    files.set(`blobs/sha256/${hexOf(bytes)}`, bytes);
    return { mediaType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length };
  };
  const manifests = platforms.map((platform, number) => {
    const own = ociLayoutFiles([syntheticImage(ref, [`image ${number}`])], 'gzip');
    for (const [path, bytes] of own) if (path.startsWith('blobs/')) files.set(path, bytes);
    const [top] = JSON.parse(String(own.get('index.json'))).manifests;
    const manifest = JSON.parse(String(own.get(`blobs/sha256/${top.digest.slice(7)}`)));
    for (const layer of manifest.layers) change(layer);
    return { ...put(manifest, manifestType), platform };
  });
  const index = put({ schemaVersion: 2, manifests }, 'application/vnd.oci.image.index.v1+json');
  const all = JSON.parse(String(files.get('index.json')));
  all.manifests[0] = { ...index, annotations: { 'org.opencontainers.image.ref.name': ref } };
  files.set('index.json', Buffer.from(JSON.stringify(all)));
  const dir = join(await workDir(), 'layout');
  await mkdir(dir);
  await writeFiles(dir, files);
  return dir;
}

const arm = (variant?: string): Platform => ({
  os: 'linux',
  architecture: 'arm',
  ...(variant === undefined ? {} : { variant }),
});

describe('the lists of components of an image for many platforms', () => {
  it('are apart for variants of one architecture, and where an index names one platform twice', async () => {
    const layout = await layoutWith([arm('v6'), arm('v7'), arm(), arm()], () => undefined);
    const { result } = await makeTinyBundle(await workDir(), { images: [`oci:${layout}`], platform: 'all' });
    const lists = result.manifest.files.map(({ path }) => path).filter((path) => path.startsWith('sbom/tiny-api'));
    expect(lists.sort()).toEqual([
      'sbom/tiny-api.linux-arm-v6.cdx.json',
      'sbom/tiny-api.linux-arm-v7.cdx.json',
      'sbom/tiny-api.linux-arm.2.cdx.json',
      'sbom/tiny-api.linux-arm.cdx.json',
    ]);
  });
});

describe('layers that must not be distributed, which no registry takes on an isolated site', () => {
  it.each([
    [
      'by OCI’s type',
      (layer: Record<string, unknown>) =>
        Object.assign(layer, { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' }),
    ],
    [
      'by Docker’s type',
      (layer: Record<string, unknown>) =>
        Object.assign(layer, { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }),
    ],
    [
      'by an address to get it from',
      (layer: Record<string, unknown>) => Object.assign(layer, { urls: ['https://example.invalid/layer'] }),
    ],
  ])('%s are refused', async (_name, change) => {
    const layout = await layoutWith([{ os: 'linux', architecture: 'amd64' }], change);
    const error = await errorOf(makeTinyBundle(await workDir(), { images: [`oci:${layout}`] }));
    expect(error.code).toBe('SOURCE_FORMAT');
    expect(error.params.what).toContain('must not be distributed');
  });

  it('positive control: without that mark the same layer is taken', async () => {
    const layout = await layoutWith([{ os: 'linux', architecture: 'amd64' }], () => undefined);
    const { result } = await makeTinyBundle(await workDir(), { images: [`oci:${layout}`] });
    expect(result.manifest.images).toHaveLength(3);
  });
});

describe('a layer that packs very well, as a swap file', () => {
  const gibibyte = 1024 ** 3;

  it('is no bomb where its size was measured before, and one where it was not', () => {
    const measured = new UnpackGuard('layer', 3 * gibibyte);
    measured.in(1000);
    measured.out(3 * gibibyte);
    expect(() => measured.out(1)).toThrow('size unpacked');
    const unknown = new UnpackGuard('layer');
    unknown.in(1000);
    expect(() => unknown.out(3 * gibibyte)).toThrow('compression ratio');
  });

  it('is scanned up to the size that was measured', async () => {
    const tar = tarOf([{ path: 'swap', content: Buffer.alloc(1_000_000) }]);
    const packed = () => Readable.from([zstdCompressSync(tar)]);
    await scanLayer('layer', packed(), tar.length);
    expect(await errorOf(scanLayer('layer', packed(), tar.length - 1))).toMatchObject({ code: 'SOURCE_FORMAT' });
  });
});
