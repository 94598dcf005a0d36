import { InstallerError } from '../base/errors.ts';
import type { Digest } from '../contract/digest.ts';
import type { BundleImage } from '../contract/manifest.ts';
import {
  blobPath,
  type Descriptor,
  type ImageManifest,
  imageIndex,
  imageManifest,
  mediaTypes,
} from '../contract/oci.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import type { Manifest } from './client.ts';

/** The spec asks registries to take manifests of at least 4 MiB; CNCF Distribution takes no larger ones. */
export const maxManifestBytes = 4 * 1024 * 1024;
/** An index of indexes of images is the deepest that occurs. */
const maxDepth = 3;

const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerList];

/** One image of the bundle with everything that belongs to it. */
export interface ImageTree {
  name: string;
  digest: Digest;
  /** Children before their parents, the image's own manifest or index last. */
  manifests: readonly Manifest[];
  /** Configs and layers of all platforms, each once. */
  blobs: readonly Descriptor[];
  /** Image manifests with the descriptor that led to each. */
  images: readonly { descriptor: Descriptor; manifest: ImageManifest }[];
  /**
   * What an engine may call this image: the config's digest (classic store) or the digest of a manifest or index
   * (containerd store).
   */
  ids: ReadonlySet<string>;
}

/** Reads an image's manifests out of the bundle. BUNDLE_FORMAT where they are not what they say they are. */
export async function readImageTree(bundle: VerifiedBundle, image: BundleImage): Promise<ImageTree> {
  const manifests = new Map<Digest, Manifest>();
  const blobs = new Map<Digest, Descriptor>();
  const images: { descriptor: Descriptor; manifest: ImageManifest }[] = [];
  const ids = new Set<string>();

  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    if (manifests.has(descriptor.digest)) return;
    if (depth > maxDepth) throw malformed(descriptor.digest, 'an index nested too deeply');
    const path = verifiedBlob(bundle, descriptor.digest);
    const bytes = await bundle.read(path, maxManifestBytes);
    const content = parseJson(bytes, descriptor.digest);
    if (indexTypes.includes(descriptor.mediaType)) {
      const index = imageIndex.safeParse(content);
      if (!index.success) throw malformed(descriptor.digest, 'not an image index', index.error);
      for (const child of index.data.manifests) await visit(child, depth + 1);
    } else {
      const manifest = imageManifest.safeParse(content);
      if (!manifest.success) throw malformed(descriptor.digest, 'not an image manifest', manifest.error);
      images.push({ descriptor, manifest: manifest.data });
      ids.add(manifest.data.config.digest);
      for (const blob of [manifest.data.config, ...manifest.data.layers]) blobs.set(blob.digest, blob);
    }
    ids.add(descriptor.digest);
    manifests.set(descriptor.digest, { bytes, mediaType: descriptor.mediaType, digest: descriptor.digest });
  };

  await visit({ mediaType: image.mediaType, digest: image.digest, size: image.size }, 0);
  return {
    name: image.name,
    digest: image.digest,
    manifests: [...manifests.values()],
    blobs: [...blobs.values()],
    images,
    ids,
  };
}

/** The path of a blob whose signed digest is the one asked for: a name alone proves nothing. */
export function verifiedBlob(bundle: VerifiedBundle, digest: Digest): string {
  const path = blobPath(digest);
  const listed = bundle.file(path).digest;
  if (listed !== digest) {
    throw new InstallerError('BUNDLE_FORMAT', { params: { file: path }, expected: digest, found: listed });
  }
  return path;
}

function parseJson(bytes: Buffer, digest: Digest): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw malformed(digest, 'not JSON', error);
  }
}

function malformed(digest: Digest, found: string, cause?: unknown): InstallerError {
  return new InstallerError('BUNDLE_FORMAT', { params: { file: blobPath(digest) }, found, cause });
}
