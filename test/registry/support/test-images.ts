import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { extract, Header, list } from 'tar';
import { sha256 } from '../../../installer/base/hash.ts';
import type { Digest } from '../../../installer/contract/digest.ts';
import type { BundleImage } from '../../../installer/contract/manifest.ts';
import { blobPath, type Descriptor, imageIndex, imageManifest, mediaTypes } from '../../../installer/contract/oci.ts';
import type { Log } from '../../site/paths.ts';
import { ensureImages } from '../../standins/ensure-images.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

export interface TestImages {
  /** zstd layers, plain manifest. */
  registry: BundleImage;
  /** Shares its first layer with `registry`; its second is gzip. */
  app: BundleImage;
  /** An index with one image manifest; shares the first layer too; its second is not compressed. */
  multi: BundleImage;
}

/**
 * Fills `dir` with an OCI layout of three small images, made from the stand-in of the registry: all three kinds of layer
 * compression, a shared layer, an index.
 */
export async function makeTestImages(dir: string, log: Log): Promise<TestImages> {
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  const source = await registryStandIn(dir, log);
  const [base = Buffer.alloc(0), ...others] = source.layers;
  const zstd = (tar: Buffer) => layer(dir, zstdCompressSync(tar), mediaTypes.ociLayerZstd, sha256(tar));
  const baseLayer = await zstd(base);
  const registryLayers = [baseLayer, ...(await Promise.all(others.map(zstd)))];

  const registry = await image(dir, source.config, registryLayers);
  const note = tarOf('note-app', 'app\n');
  const appLayers = [baseLayer, await layer(dir, gzipSync(note), mediaTypes.ociLayerGzip, sha256(note))];
  const app = await image(dir, { Cmd: ['sleep', 'infinity'] }, appLayers);
  const other = tarOf('note-multi', 'multi\n');
  const multiLayers = [baseLayer, await layer(dir, other, mediaTypes.ociLayer, sha256(other))];
  const child = await image(dir, { Cmd: ['sleep', 'infinity'] }, multiLayers);
  const index = await put(
    dir,
    json({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ ...child, platform: { os: 'linux', architecture } }],
    }),
    mediaTypes.ociIndex,
  );
  return {
    registry: entry('registry', 'registry:2', registry, registryLayers),
    app: entry('test/app', 'test/app:1', app, appLayers),
    multi: entry('test/multi', 'test/multi:1', index, multiLayers),
  };
}

interface BuiltLayer extends Descriptor {
  diffId: Digest;
}

/** The registry's layers, uncompressed, and its config, out of the stand-ins' archive. */
async function registryStandIn(dir: string, log: Log): Promise<{ config: object; layers: Buffer[] }> {
  const [archive = ''] = (await ensureImages(log)).archives;
  const unpacked = join(dir, 'source');
  await mkdir(unpacked);
  await extract({ file: archive, cwd: unpacked, filter: (path) => path === 'index.json' });
  const index = imageIndex.parse(await readJson(join(unpacked, 'index.json')));
  const found = index.manifests.find(({ annotations }) =>
    annotations?.['io.containerd.image.name']?.endsWith('/registry:2'),
  );
  if (found === undefined) throw new Error(`no registry:2 in ${archive}`);
  await pick(archive, unpacked, [found.digest]);
  const manifest = imageManifest.parse(await readJson(join(unpacked, blobPath(found.digest))));
  await pick(archive, unpacked, [manifest.config.digest, ...manifest.layers.map(({ digest }) => digest)]);
  const config = (await readJson(join(unpacked, blobPath(manifest.config.digest)))) as { config: object };
  const layers = await Promise.all(manifest.layers.map(({ digest }) => readFile(join(unpacked, blobPath(digest)))));
  return { config: config.config, layers };
}

async function pick(archive: string, cwd: string, digests: readonly string[]): Promise<void> {
  const wanted = new Set(digests.map(blobPath));
  await extract({ file: archive, cwd, filter: (path) => wanted.has(path) });
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function put(dir: string, bytes: Buffer, mediaType: string): Promise<Descriptor> {
  const digest = sha256(bytes);
  await writeFile(join(dir, blobPath(digest)), bytes);
  return { mediaType, digest, size: bytes.length };
}

async function layer(dir: string, bytes: Buffer, mediaType: string, diffId: Digest): Promise<BuiltLayer> {
  return { ...(await put(dir, bytes, mediaType)), diffId };
}

async function image(dir: string, config: object, layers: readonly BuiltLayer[]): Promise<Descriptor> {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const configured = await put(dir, json({ architecture, os: 'linux', config, rootfs }), mediaTypes.ociConfig);
  const described = layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: configured, layers: described };
  return put(dir, json(manifest), mediaTypes.ociManifest);
}

function entry(name: string, ref: string, top: Descriptor, layers: readonly Descriptor[]): BundleImage {
  const size = layers.reduce((sum, descriptor) => sum + descriptor.size, 0);
  return { name, ref, digest: top.digest as Digest, mediaType: top.mediaType, size, unpackedSize: null };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A tar archive with one file. */
export function tarOf(path: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  new Header({ path, size: content.length, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'File' }).encode(
    header,
    0,
  );
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}

/** Paths and sizes of a tar archive's entries. */
export async function tarEntries(file: string): Promise<{ path: string; size: number }[]> {
  const entries: { path: string; size: number }[] = [];
  await list({ file, strict: true, onReadEntry: ({ path, size }) => entries.push({ path, size }) });
  return entries;
}
