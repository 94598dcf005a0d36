import { z } from 'zod';
import { digest } from '../../installer/contract/digest.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import { mediaTypes } from '../../installer/contract/oci.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import type { StoredLayer } from './ingest-layer.ts';
import { parseDocument } from './parse-document.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';

/** An image as the bundle has it. */
export interface StoredImage {
  digest: string;
  mediaType: string;
  /** Bytes of manifest, configuration and layers as stored; a layer that occurs twice counts once. */
  size: number;
  unpackedSize: number;
  /** All its blobs. */
  blobs: readonly BundleFile[];
}

export interface ImageParts {
  config: Buffer;
  /** In order, the base first. */
  layers: readonly StoredLayer[];
  /** The manifest that the source has, if it has one. */
  manifest?: { bytes: Buffer; mediaType: string };
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md: what we hold against the layers. */
const imageConfig = z.object({
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(digest).max(1024) }),
});

/**
 * Stores configuration and manifest. The source's own manifest stays, and with it the image's digest, unless a layer came
 * uncompressed: then a new one names the compressed layers. The configuration, and so the image ID, never changes.
 * Throws SOURCE_FORMAT where layers and configuration do not belong together.
 */
export async function assembleImage(
  output: BundleOutput,
  content: SourceContent,
  parts: ImageParts,
): Promise<StoredImage> {
  requireDiffIds(content, parts);
  const config = await output.putBlob(parts.config);
  const keep = parts.layers.some((layer) => layer.recompressed) ? undefined : parts.manifest;
  const bytes = keep?.bytes ?? buildManifest(config, parts);
  const manifest = await output.putBlob(bytes);
  const blobs = new Map(
    [manifest, config, ...parts.layers.map((layer) => layer.file)].map((file) => [file.path, file]),
  );
  return {
    digest: manifest.digest,
    mediaType: keep?.mediaType ?? mediaTypes.ociManifest,
    size: [...blobs.values()].reduce((sum, file) => sum + file.size, 0),
    unpackedSize: parts.layers.reduce((sum, layer) => sum + layer.unpackedSize, 0),
    blobs: [...blobs.values()],
  };
}

function requireDiffIds(content: SourceContent, { config, layers }: ImageParts): void {
  const expected = parseDocument(content, 'config', config, imageConfig).rootfs.diff_ids.join(' ');
  const found = layers.map((layer) => layer.diffId).join(' ');
  if (found !== expected) throw sourceError(content.name, 'rootfs.diff_ids', { expected, found });
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md; annotations of the source's manifest are kept. */
function buildManifest(config: BundleFile, { layers, manifest }: ImageParts): Buffer {
  const annotations = manifest === undefined ? undefined : JSON.parse(manifest.bytes.toString('utf8')).annotations;
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: config.digest, size: config.size },
    layers: layers.map(({ mediaType, file }) => ({ mediaType, digest: file.digest, size: file.size })),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return Buffer.from(JSON.stringify(document));
}
