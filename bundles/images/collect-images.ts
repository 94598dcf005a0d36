import { InstallerError } from '../../installer/base/errors.ts';
import type { BundleImage } from '../../installer/contract/manifest.ts';
import { mediaTypes } from '../../installer/contract/oci.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import type { StoredImage } from './assemble-image.ts';
import type { OpenedSource } from './open-source.ts';
import { sameReference } from './reference.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';

export interface WantedImage {
  /** Its name in the product. */
  name: string;
  ref: string;
}

/** An image that now lies in the bundle, and the source that it came from. */
export interface CollectedImage {
  entry: BundleImage;
  image: StoredImage;
  source: string;
}

/**
 * Puts the wanted images of all sources into the bundle, with oci-layout and index.json, and removes what came along but
 * belongs to no wanted image; `onIgnored` hears of it. Throws SOURCE_IMAGE_MISSING, and SOURCE_FORMAT also where two sources
 * disagree on a name.
 */
export async function collectImages(
  wanted: readonly WantedImage[],
  sources: readonly OpenedSource[],
  output: BundleOutput,
  onIgnored: (source: string, ref: string) => void,
): Promise<CollectedImage[]> {
  const available = sources.flatMap(({ source, images }) => images.map((image) => ({ source, image })));
  const collected: CollectedImage[] = [];
  const used = new Set<SourceImage>();
  for (const { name, ref } of wanted) {
    const matches = available.filter(({ image }) => hasReference(image, ref));
    for (const { image } of matches) used.add(image);
    const image = await storeOne(name, ref, matches, available);
    const { digest, mediaType, size, unpackedSize } = image;
    const source = matches[0]?.source ?? '';
    collected.push({ entry: { name, ref, digest, mediaType, size, unpackedSize }, image, source });
  }
  for (const { source, image } of available) {
    if (!used.has(image)) onIgnored(source, image.refs.join(', '));
  }
  await removeUnneeded(
    output,
    collected.map(({ image }) => image),
  );
  await writeLayout(output, collected);
  return collected;
}

function hasReference(image: SourceImage, ref: string): boolean {
  return image.refs.some((candidate) => sameReference(candidate, ref));
}

async function storeOne(
  name: string,
  ref: string,
  matches: readonly { source: string; image: SourceImage }[],
  available: readonly { image: SourceImage }[],
): Promise<StoredImage> {
  const [first, ...others] = matches;
  if (first === undefined) {
    throw new InstallerError('SOURCE_IMAGE_MISSING', {
      params: { image: name, ref },
      expected: ref,
      found: available.flatMap(({ image }) => image.refs).join(', ') || '-',
    });
  }
  const stored = await first.image.store();
  for (const { source, image } of others) {
    const { digest } = await image.store();
    if (digest !== stored.digest) throw sourceError(source, ref, { expected: stored.digest, found: digest });
  }
  return stored;
}

async function removeUnneeded(output: BundleOutput, images: readonly StoredImage[]): Promise<void> {
  const needed = new Set(images.flatMap((image) => image.blobs.map((blob) => blob.path)));
  for (const file of output.files()) {
    if (file.path.startsWith('blobs/') && !needed.has(file.path)) await output.remove(file);
  }
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md, so that other tools can read the images. */
async function writeLayout(output: BundleOutput, stored: readonly CollectedImage[]): Promise<void> {
  const manifests = stored.map(({ entry, image }) => ({
    mediaType: entry.mediaType,
    digest: entry.digest,
    size: image.blobs.find((blob) => blob.digest === entry.digest)?.size,
    annotations: { 'org.opencontainers.image.ref.name': entry.ref },
  }));
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  await output.put('index.json', [Buffer.from(`${JSON.stringify(index, null, 2)}\n`)]);
  await output.put('oci-layout', [Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }))]);
}
