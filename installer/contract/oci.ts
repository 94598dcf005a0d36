import { z } from 'zod';
import { byteCount, digest } from './digest.ts';

/** Media types of the OCI image specification 1.1 and of Docker's image manifest v2, schema 2. */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md */
export const descriptor = z.object({
  mediaType: z.string().max(256),
  digest,
  size: byteCount,
  annotations: z.record(z.string(), z.string()).optional(),
  urls: z.array(z.string()).max(64).optional(),
  platform: z
    .object({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .passthrough()
    .optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md */
export const imageManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(1024),
});
export type ImageManifest = z.infer<typeof imageManifest>;

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
export const imageIndex = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptor).max(4096),
});
export type ImageIndex = z.infer<typeof imageIndex>;

/** A blob's place in an OCI image layout: `blobs/sha256/<hex>`. */
export function blobPath(blobDigest: string): string {
  return `blobs/${blobDigest.replace(':', '/')}`;
}
