import { InstallerError } from '../base/errors.ts';
import type { BundleImage } from '../contract/manifest.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { type ImageTree, readImageTree } from './image-tree.ts';

/** All images of the bundle with their manifests. */
export async function readImageTrees(bundle: VerifiedBundle): Promise<ImageTree[]> {
  const trees: ImageTree[] = [];
  for (const image of bundle.manifest.images) trees.push(await readImageTree(bundle, image));
  return trees;
}

/** The image that is the registry itself; BUNDLE_FORMAT when the bundle lacks it. */
export function registryImage(bundle: VerifiedBundle, name: string): BundleImage {
  const image = bundle.manifest.images.find((candidate) => candidate.name === name);
  if (image !== undefined) return image;
  throw new InstallerError('BUNDLE_FORMAT', {
    params: { file: 'bundle.json' },
    expected: `image ${name}`,
    found: 'none',
  });
}

/** How Compose and the engine name an image of the local registry. */
export function localReference(address: string, image: Pick<BundleImage, 'name' | 'digest'>): string {
  return `${address}/${image.name}@${image.digest}`;
}

/** The tag of a release in the registry. */
export function releaseTag(bundle: VerifiedBundle): string {
  return `release-${bundle.manifest.release}`;
}
