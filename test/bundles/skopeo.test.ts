// needs: root, tools
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  dockerOciArchive,
  legacyArchive,
  ociLayoutFiles,
  pack,
  syntheticImage,
  writeFiles,
} from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyOverrides, tinyImages } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { ensureHostPackages, TEST_COMMANDS } from '../site/host-packages.ts';

const longMs = 600_000;
const workDir = workDirs();

beforeAll(() => ensureHostPackages(() => undefined, TEST_COMMANDS), longMs);

/** By reference, what `skopeo inspect` reports; registries and a running engine are in suites of their own. */
async function skopeoDigests(address: (ref: string, tag: string) => string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { ref } of tinyImages) {
    const { stdout } = await execa('skopeo', ['inspect', address(ref, ref.split(':')[1] ?? '')]);
    digests[ref] = JSON.parse(stdout).Digest;
  }
  return digests;
}

async function ourDigests(source: string, options: TinyOverrides): Promise<Record<string, string>> {
  const { result } = await makeTinyBundle(await workDir(), { ...options, images: [source] });
  return Object.fromEntries(result.manifest.images.map(({ ref, digest }) => [ref, digest]));
}

describe('digests are those that skopeo inspect reports', () => {
  it.each(['gzip', 'zstd'] as const)('OCI layout, %s layers', async (packing) => {
    const dir = join(await workDir(), 'layout');
    await writeFiles(dir, ociLayoutFiles(tinyImages, packing));
    expect(await ourDigests(`oci:${dir}`, {})).toEqual(await skopeoDigests((_, tag) => `oci:${dir}:${tag}`));
  });

  it('OCI layout, uncompressed layers that stay so', async () => {
    const dir = join(await workDir(), 'layout');
    await writeFiles(dir, ociLayoutFiles(tinyImages, 'plain'));
    const ours = await ourDigests(`oci:${dir}`, { compress: 'none' });
    expect(ours).toEqual(await skopeoDigests((_, tag) => `oci:${dir}:${tag}`));
    // positive control: asked to compress, the digests are others
    expect(await ourDigests(`oci:${dir}`, { compress: 'zstd' })).not.toEqual(ours);
  });

  it('docker save archive with an OCI layout, uncompressed layers that stay so', async () => {
    const file = join(await workDir(), 'images.tar');
    await writeFile(file, dockerOciArchive(tinyImages));
    const ours = await ourDigests(file, { compress: 'none' });
    expect(ours).toEqual(await skopeoDigests((_, tag) => `oci-archive:${file}:${tag}`));
  });

  it('docker save archive of the legacy layout, layers left as they are', async () => {
    const file = join(await workDir(), 'images.tar');
    // skopeo takes a link to another image's layer for a layer of 0 bytes, so here no image shares one
    const images = tinyImages.map(({ ref }) => syntheticImage(ref, [`base of ${ref}`, `top of ${ref}`]));
    await writeFile(file, legacyArchive(images));
    const ours = await ourDigests(file, { compress: 'none' });
    expect(ours).toEqual(await skopeoDigests((ref) => `docker-archive:${file}:${ref}`));
  });
});

describe('what uncompressed layers become', () => {
  it.each(['zstd', 'gzip', 'none'] as const)('%s: the same bytes however they come', async (compress) => {
    const dir = await workDir();
    await writeFiles(join(dir, 'layout'), ociLayoutFiles(tinyImages, 'plain'));
    const seen = new Set<string>();
    for (const [index, archive] of [
      dockerOciArchive(tinyImages),
      pack(dockerOciArchive(tinyImages), 'zstd'),
    ].entries()) {
      const file = join(dir, `images-${index}.tar`);
      await writeFile(file, archive);
      seen.add(JSON.stringify(await ourDigests(file, { compress })));
    }
    seen.add(JSON.stringify(await ourDigests(`oci:${join(dir, 'layout')}`, { compress })));
    expect(seen.size).toBe(1);
  });

  it('layers that come compressed keep their digest, whatever is asked for', async () => {
    const dir = join(await workDir(), 'layout');
    await writeFiles(dir, ociLayoutFiles(tinyImages, 'gzip'));
    const kept = await ourDigests(`oci:${dir}`, { compress: 'none' });
    expect(await ourDigests(`oci:${dir}`, { compress: 'zstd' })).toEqual(kept);
    expect(await ourDigests(`oci:${dir}`, { compress: 'gzip' })).toEqual(kept);
  });
});
