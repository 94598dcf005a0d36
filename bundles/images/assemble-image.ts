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
  /** Paths of its manifests and index: what must be read before a layer is looked at. */
  documents: readonly string[];
  /** The layers of each platform's image, the base first. */
  variants: readonly ImageVariant[];
}

export interface ImageVariant {
  /** `linux/amd64`. */
  platform: string;
  layers: readonly StoredLayer[];
}

export interface ImageParts {
  config: Buffer;
  /** In order, the base first. */
  layers: readonly StoredLayer[];
  /** The manifest that the source has, if it has one. */
  manifest?: { bytes: Buffer; mediaType: string };
  /** Where an index says it; else the configuration does. */
  platform?: string;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md: what we hold against the layers. */
const imageConfig = z.object({
  os: z.string().max(64).optional(),
  architecture: z.string().max(64).optional(),
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
  const described = parseDocument(content, 'config', parts.config, imageConfig);
  requireDiffIds(content, described.rootfs.diff_ids, parts.layers);
  const config = await output.putBlob(parts.config);
  const keep = parts.layers.some((layer) => layer.recompressed) ? undefined : parts.manifest;
  const built = keep ?? buildManifest(config, parts);
  const manifest = await output.putBlob(built.bytes);
  const blobs = new Map(
    [manifest, config, ...parts.layers.map((layer) => layer.file)].map((file) => [file.path, file]),
  );
  return {
    digest: manifest.digest,
    mediaType: built.mediaType,
    size: [...blobs.values()].reduce((sum, file) => sum + file.size, 0),
    unpackedSize: parts.layers.reduce((sum, layer) => sum + layer.unpackedSize, 0),
    blobs: [...blobs.values()],
    documents: [manifest.path],
    variants: isImage(parts)
      ? [
          {
            platform: parts.platform ?? `${described.os ?? '-'}/${described.architecture ?? '-'}`,
            layers: parts.layers,
          },
        ]
      : [],
  };
}

function isImage({ layers }: ImageParts): boolean {
  return layers.every(({ isTar }) => isTar);
}

function requireDiffIds(content: SourceContent, diffIds: readonly string[], layers: readonly StoredLayer[]): void {
  const expected = diffIds.join(' ');
  const found = layers.map((layer) => layer.diffId).join(' ');
  if (found !== expected) throw sourceError(content.name, 'rootfs.diff_ids', { expected, found });
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md; annotations of the source's manifest are kept. */
function buildManifest(config: BundleFile, parts: ImageParts): { bytes: Buffer; mediaType: string } {
  const { layers, manifest } = parts;
  const leftAlone = layers.length > 0 && layers.every(({ compression }) => compression === 'none');
  if (manifest === undefined && leftAlone) {
    return buildDockerManifest(config, layers);
  }
  const annotations = manifest === undefined ? undefined : JSON.parse(manifest.bytes.toString('utf8')).annotations;
  const mediaType = mediaTypes.ociManifest;
  const document = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: mediaTypes.ociConfig, digest: config.digest, size: config.size },
    layers: layers.map(({ mediaType, file }) => ({ mediaType, digest: file.digest, size: file.size })),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { bytes: Buffer.from(JSON.stringify(document)), mediaType };
}

/**
 * A legacy archive has no manifest. Left uncompressed, it gets the one that containers/image makes up for it
 * (docker/internal/tarfile, `prepareLayerData`: bare tars under the gzip type, which every engine looks through), so that its digest is the one
 * that `skopeo inspect docker-archive:FILE` prints.
 */
function buildDockerManifest(config: BundleFile, layers: readonly StoredLayer[]): { bytes: Buffer; mediaType: string } {
  const mediaType = mediaTypes.dockerManifest;
  const document = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: mediaTypes.dockerConfig, size: config.size, digest: config.digest },
    layers: layers.map(({ file: { size, digest } }) => ({ mediaType: mediaTypes.dockerLayerGzip, size, digest })),
  };
  return { bytes: Buffer.from(JSON.stringify(document)), mediaType };
}
