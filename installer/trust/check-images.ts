import { z } from 'zod';
import { InstallerError } from '../base/errors.ts';
import type { BundleImage } from '../contract/manifest.ts';
import { blobPath, type Descriptor, imageIndex, imageManifest, mediaTypes } from '../contract/oci.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { trustLimits } from './limits.ts';
import { parseJson } from './parse-json.ts';

const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];
const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerList];

/** CVE-2021-41190: one document must not be a manifest to one reader and an index to another. */
const manifestOnly = imageManifest.extend({ manifests: z.never().optional() });
const indexOnly = imageIndex.extend({ layers: z.never().optional(), config: z.never().optional() });

/**
 * Every image is whole: its manifest or index, its configuration and all its layers are listed files of the sizes that are
 * said. Reads manifests through their hashes. Throws BUNDLE_FORMAT naming the image, and what `bundle.read` throws.
 */
export async function checkImages(bundle: VerifiedBundle): Promise<void> {
  const { files, assumed = [] } = bundle.manifest;
  const sizes = new Map([...files, ...assumed].map((file) => [file.path, file.size]));
  for (const image of bundle.manifest.images) {
    const target = { mediaType: image.mediaType, digest: image.digest };
    await checkDescriptor({ bundle, sizes, image }, target, 0);
  }
}

interface Context {
  bundle: VerifiedBundle;
  /** Bytes by listed path. */
  sizes: ReadonlyMap<string, number>;
  image: BundleImage;
}
type Target = Pick<Descriptor, 'mediaType' | 'digest'> & { size?: number };

async function checkDescriptor(context: Context, target: Target, depth: number): Promise<void> {
  const { bundle, image } = context;
  requireListed(context, target);
  const path = blobPath(target.digest);
  const bytes = await bundle.read(path, trustLimits.imageManifestBytes);
  if (indexTypes.includes(target.mediaType)) {
    if (depth >= trustLimits.indexDepth) throw unsound(image, 'depth');
    const index = parseJson(bytes, indexOnly, 'BUNDLE_FORMAT', path);
    requireType(image, target, index.mediaType);
    for (const manifest of index.manifests) await checkDescriptor(context, manifest, depth + 1);
  } else if (manifestTypes.includes(target.mediaType)) {
    const manifest = parseJson(bytes, manifestOnly, 'BUNDLE_FORMAT', path);
    requireType(image, target, manifest.mediaType);
    for (const blob of [manifest.config, ...manifest.layers]) requireListed(context, blob);
  } else {
    throw unsound(image, 'mediaType', [...manifestTypes, ...indexTypes].join(', '), target.mediaType);
  }
}

function requireListed({ sizes, image }: Context, target: Target): void {
  const path = blobPath(target.digest);
  const size = sizes.get(path);
  if (size === undefined) throw unsound(image, path);
  if (target.size !== undefined && target.size !== size) throw unsound(image, path, target.size, size);
}

/** The document's own media type, where it has one, is the one it was announced with. */
function requireType(image: BundleImage, target: Target, found: string | undefined): void {
  if (found !== undefined && found !== target.mediaType) throw unsound(image, 'mediaType', target.mediaType, found);
}

function unsound(
  image: BundleImage,
  what: string,
  expected?: string | number,
  found?: string | number,
): InstallerError {
  return new InstallerError('BUNDLE_FORMAT', {
    params: { file: 'bundle.json', image: image.name, what },
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}
