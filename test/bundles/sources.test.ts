// needs: zstd
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BundleImage } from '../../installer/contract/manifest.ts';
import {
  dockerOciArchive,
  hexOf,
  legacyArchive,
  ociLayoutFiles,
  type Packing,
  pack,
  syntheticImage,
  writeFiles,
} from '../fixtures/image-archives.ts';
import { makeTinyBundle, tinyImages } from '../fixtures/make-bundle.ts';
import { tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const packings: Packing[] = ['plain', 'gzip', 'zstd'];

async function imagesFrom(archive: Buffer): Promise<BundleImage[]> {
  const dir = await workDir();
  const path = join(dir, 'source');
  await writeFile(path, archive);
  return (await makeTinyBundle(dir, { images: [path] })).result.manifest.images;
}

const digests = (images: readonly BundleImage[]) => images.map((image) => image.digest);

describe('docker-save archives', () => {
  it('give the same image digests in both layouts, plain, gzip and zstd', async () => {
    const seen = new Set<string>();
    for (const archive of [legacyArchive(tinyImages), dockerOciArchive(tinyImages)]) {
      for (const packing of packings) seen.add(digests(await imagesFrom(pack(archive, packing))).join());
    }
    expect(seen.size).toBe(1);
  });

  it.each([
    5_000_000,
    4 * 1024 * 1024 - 512 - 1024,
  ])('compress a layer of %i bytes to the same blob however it comes in pieces', async (size) => {
    const text = Array.from({ length: size / 8 }, (_, index) => `${(index * 7919) % 1_000_003}`.padEnd(8)).join('');
    const images = [syntheticImage('tiny-api:1.0', [text]), ...tinyImages.slice(1)];
    const seen = new Set<string>();
    for (const packing of packings) seen.add(digests(await imagesFrom(pack(legacyArchive(images), packing))).join());
    const dir = await workDir();
    await writeFiles(join(dir, 'layout'), ociLayoutFiles(images, 'plain'));
    const { result } = await makeTinyBundle(dir, { images: [`oci:${join(dir, 'layout')}`] });
    seen.add(digests(result.manifest.images).join());
    expect(seen.size).toBe(1);
  });

  it('keep configuration and layer contents: what is unpacked is what the vendor built', async () => {
    const bundle = await makeTinyBundle(await workDir());
    const image = bundle.result.manifest.images[1];
    const manifest = JSON.parse(await readFile(blob(bundle.dir, image?.digest ?? ''), 'utf8'));
    const original = tinyImages[1];
    expect(manifest.config.digest).toBe(`sha256:${hexOf(original?.config ?? Buffer.alloc(0))}`);
    for (const [index, layer] of manifest.layers.entries()) {
      expect(layer.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+zstd');
      const stored = await readFile(blob(bundle.dir, layer.digest));
      expect(zstdDecompressSync(stored).equals(original?.layers[index] ?? Buffer.alloc(0))).toBe(true);
    }
    expect(image?.unpackedSize).toBe(original?.layers.reduce((sum, layer) => sum + layer.length, 0));
  });

  it('made by the system’s tar are read just the same', async () => {
    const dir = await workDir();
    const files = ociLayoutFiles(tinyImages, 'plain');
    await writeFiles(join(dir, 'layout'), files);
    execFileSync('tar', ['-czf', join(dir, 'gnu.tar.gz'), '-C', join(dir, 'layout'), '.']);
    execFileSync('tar', ['--format=pax', '--zstd', '-cf', join(dir, 'pax.tar.zst'), '-C', join(dir, 'layout'), '.']);
    const expected = digests(await imagesFrom(legacyArchive(tinyImages)));
    for (const name of ['gnu.tar.gz', 'pax.tar.zst']) {
      expect(digests(await imagesFrom(await readFile(join(dir, name))))).toEqual(expected);
    }
  });

  it('with layers that come compressed keep them, and the image digest', async () => {
    for (const packing of ['gzip', 'zstd'] as const) {
      const files = ociLayoutFiles(tinyImages, packing);
      const index = JSON.parse(files.get('index.json')?.toString() ?? '');
      const expected = index.manifests.map((descriptor: { digest: string }) => descriptor.digest);
      expect(digests(await imagesFrom(dockerOciArchive(tinyImages, packing)))).toEqual(expected);
    }
  });
});

describe('OCI layout folders', () => {
  it.each(packings)('with layers %s give the same as an archive of them', async (packing) => {
    const dir = await workDir();
    await writeFiles(join(dir, 'layout'), ociLayoutFiles(tinyImages, packing));
    const bundle = await makeTinyBundle(dir, { images: [`oci:${join(dir, 'layout')}`] });
    const expected = digests(await imagesFrom(dockerOciArchive(tinyImages, packing)));
    expect(digests(bundle.result.manifest.images)).toEqual(expected);
  });

  it('of a multi-platform image give the wanted platform', async () => {
    const dir = await workDir();
    const files = ociLayoutFiles(tinyImages, 'gzip');
    const outer = JSON.parse(files.get('index.json')?.toString() ?? '');
    const [first] = outer.manifests;
    const other = ociLayoutFiles([syntheticImage('other:1', ['other'])], 'gzip');
    const [foreign] = JSON.parse(other.get('index.json')?.toString() ?? '').manifests;
    const inner = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          { ...bare(foreign), platform: { os: 'linux', architecture: 'arm64' } },
          { ...bare(first), platform: { os: 'linux', architecture: 'amd64' } },
          { ...bare(foreign), platform: { os: 'unknown', architecture: 'unknown' } },
        ],
      }),
    );
    outer.manifests[0] = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: `sha256:${hexOf(inner)}`,
      size: inner.length,
      annotations: first.annotations,
    };
    files.set(`blobs/sha256/${hexOf(inner)}`, inner);
    files.set('index.json', Buffer.from(JSON.stringify(outer)));
    await writeFiles(join(dir, 'layout'), files);
    const images = [`oci:${join(dir, 'layout')}`];
    const { result } = await makeTinyBundle(dir, { images });
    expect(result.manifest.images[0]?.digest).toBe(first.digest);
  });
});

describe('several sources', () => {
  it('together hold what the product needs; what it does not need is left out and said', async () => {
    const dir = await workDir();
    const extra = syntheticImage('extra:1', ['extra only']);
    await writeFile(join(dir, 'a.tar'), legacyArchive([...tinyImages.slice(0, 1), extra]));
    await writeFile(join(dir, 'b.tar'), dockerOciArchive(tinyImages.slice(1)));
    const { result } = await makeTinyBundle(dir, { images: [join(dir, 'a.tar'), join(dir, 'b.tar')] });
    expect(digests(result.manifest.images)).toEqual(digests(await imagesFrom(legacyArchive(tinyImages))));
    const listed = result.manifest.files.map((file) => file.digest);
    expect(listed).not.toContain(`sha256:${hexOf(extra.config)}`);
    // manifest and configuration each; base shared, two of their own, the registry's
    expect(result.manifest.files.filter((file) => file.path.startsWith('blobs/'))).toHaveLength(3 * 2 + 4);
  });

  it('names match however they are written', async () => {
    const image = tinyImages.map((each) => ({ ...each, ref: `docker.io/library/${each.ref}` }));
    expect(digests(await imagesFrom(legacyArchive(image)))).toEqual(
      digests(await imagesFrom(legacyArchive(tinyImages))),
    );
  });

  it('an empty layer is a layer', async () => {
    const image = syntheticImage('tiny-api:1.0', ['base']);
    const empty = tarOf([]);
    const config = JSON.parse(image.config.toString());
    config.rootfs.diff_ids.push(`sha256:${hexOf(empty)}`);
    const withEmpty = { ...image, layers: [...image.layers, empty], config: Buffer.from(JSON.stringify(config)) };
    const images = await imagesFrom(legacyArchive([withEmpty, ...tinyImages.slice(1)]));
    expect(images[0]?.unpackedSize).toBe((image.layers[0]?.length ?? 0) + 1024);
  });
});

function blob(dir: string, digest: string): string {
  return join(dir, 'blobs', ...digest.split(':'));
}

function bare({ mediaType, digest, size }: { mediaType: string; digest: string; size: number }) {
  return { mediaType, digest, size };
}
