import { blobPath, type Descriptor, mediaTypes } from '../../installer/contract/oci.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { assembleImage, type StoredImage } from './assemble-image.ts';
import type { StoredLayer } from './ingest-layer.ts';
import { describedDocument } from './parse-document.ts';
import type { PlatformChoice } from './platform.ts';
import { type Resolved, type ResolvedIndex, type ResolvedManifest, resolveImage } from './resolve-image.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';

/** Puts the image that a descriptor leads to into the bundle, with all platforms that are wanted. Throws SOURCE_FORMAT. */
export async function storeImage(
  content: SourceContent,
  output: BundleOutput,
  named: Descriptor,
  platforms: PlatformChoice,
): Promise<StoredImage> {
  return storeResolved(content, output, await resolveImage(content, named, platforms));
}

function storeResolved(content: SourceContent, output: BundleOutput, resolved: Resolved): Promise<StoredImage> {
  return resolved.kind === 'manifest'
    ? storeManifest(content, output, resolved)
    : storeIndex(content, output, resolved);
}

async function storeManifest(
  content: SourceContent,
  output: BundleOutput,
  { descriptor, bytes, document }: ResolvedManifest,
): Promise<StoredImage> {
  const config = await describedDocument(content, document.config);
  const layers: StoredLayer[] = [];
  for (const layer of document.layers) layers.push(await storeLayer(content, output, layer));
  const { platform } = descriptor;
  const { os, architecture, variant } = platform ?? {};
  return assembleImage(output, content, {
    config,
    layers,
    manifest: { bytes, mediaType: descriptor.mediaType },
    ...(platform === undefined ? {} : { platform: [os, architecture, variant].filter(Boolean).join('/') }),
  });
}

async function storeLayer(content: SourceContent, output: BundleOutput, descriptor: Descriptor): Promise<StoredLayer> {
  const { mediaType, digest, size } = descriptor;
  const path = blobPath(digest);
  // a registry takes such a layer only with an address on the internet to get it from, on a site without one
  if (/nondistributable|foreign/.test(mediaType) || (descriptor.urls?.length ?? 0) > 0) {
    throw sourceError(content.name, `a layer that must not be distributed: ${path}`, { found: mediaType });
  }
  // an attestation's statements are JSON, no tar: nothing to compress, nothing to unpack
  if (!mediaType.includes('.tar')) {
    const file = await output.putBlob(await describedDocument(content, descriptor));
    return {
      ...{ sourceDigest: digest, sourceSize: size, file, mediaType, diffId: digest, unpackedSize: size },
      ...{ compression: 'none', recompressed: false, isTar: false },
    };
  }
  const layer = await content.layer(path, size);
  if (layer === undefined) throw sourceError(content.name, `no ${path}`);
  if (layer.sourceDigest !== digest || layer.sourceSize !== size) {
    throw sourceError(content.name, path, {
      expected: `${digest}, ${size} bytes`,
      found: `${layer.sourceDigest}, ${layer.sourceSize} bytes`,
    });
  }
  return layer;
}

/** The index stays as it is, and with it the image's digest, unless a platform was left out or an image in it changed. */
async function storeIndex(
  content: SourceContent,
  output: BundleOutput,
  { descriptor, bytes, document, children }: ResolvedIndex,
): Promise<StoredImage> {
  const stored: { descriptor: Descriptor; image: StoredImage }[] = [];
  for (const child of children) {
    stored.push({ descriptor: child.descriptor, image: await storeResolved(content, output, child) });
  }
  const whole =
    stored.length === document.manifests.length &&
    stored.every(({ descriptor: child, image }) => child.digest === image.digest);
  const mediaType = whole ? descriptor.mediaType : mediaTypes.ociIndex;
  const index = await output.putBlob(whole ? bytes : buildIndex(bytes, stored));
  const images = stored.map(({ image }) => image);
  const blobs = new Map([index, ...images.flatMap((image) => image.blobs)].map((file) => [file.path, file]));
  return {
    digest: index.digest,
    mediaType,
    size: [...blobs.values()].reduce((sum, file) => sum + file.size, 0),
    unpackedSize: Math.max(0, ...images.map((image) => image.unpackedSize)),
    blobs: [...blobs.values()],
    documents: [index.path, ...images.flatMap((image) => image.documents)],
    variants: images.flatMap((image) => image.variants),
  };
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md; annotations of the source's index are kept. */
function buildIndex(original: Buffer, stored: readonly { descriptor: Descriptor; image: StoredImage }[]): Buffer {
  const { annotations } = JSON.parse(original.toString('utf8')) as { annotations?: unknown };
  const manifests = stored.map(({ descriptor, image }) => {
    const { digest, mediaType, blobs } = image;
    return { ...descriptor, mediaType, digest, size: blobs.find((blob) => blob.digest === digest)?.size };
  });
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests,
    ...(annotations === undefined ? {} : { annotations }),
  };
  return Buffer.from(JSON.stringify(document));
}
