import { z } from 'zod';
import { blobPath, type Descriptor, imageIndex, imageManifest, mediaTypes } from '../../installer/contract/oci.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { assembleImage } from './assemble-image.ts';
import { sourceLimits } from './limits.ts';
import { describedDocument, parseDocument } from './parse-document.ts';
import { type Platform, pickPlatform } from './platform.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';

const layoutFile = z.object({ imageLayoutVersion: z.string().regex(/^1\.0\.\d+$/) });
const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerList];
const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];

/** CVE-2021-41190: one document must not be a manifest to one reader and an index to another. */
const manifestOnly = imageManifest.extend({ manifests: z.never().optional() });
const indexOnly = imageIndex.extend({ layers: z.never().optional(), config: z.never().optional() });

/** Where tools put an image's name: containerd and Docker the first, the specification (often only the tag) the second. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * The images of an OCI image layout (https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md), undefined
 * where the source is none. Of a multi-platform image the one for `platform` is taken.
 */
export async function ociImages(
  content: SourceContent,
  output: BundleOutput,
  platform: Platform,
): Promise<SourceImage[] | undefined> {
  const layout = await content.document('oci-layout');
  if (layout === undefined) return undefined;
  parseDocument(content, 'oci-layout', layout, layoutFile);
  const bytes = await content.document('index.json');
  if (bytes === undefined) throw sourceError(content.name, 'no index.json');
  const index = parseDocument(content, 'index.json', bytes, indexOnly);
  return index.manifests.map((descriptor) => ({
    refs: nameOf(descriptor),
    store: () => storeImage(content, output, descriptor, platform),
  }));
}

function nameOf({ annotations = {} }: Descriptor): string[] {
  const name = nameAnnotations.map((key) => annotations[key]).find((value) => value !== undefined);
  return name === undefined ? [] : [name];
}

async function storeImage(content: SourceContent, output: BundleOutput, named: Descriptor, platform: Platform) {
  const manifest = await readManifest(content, named, platform, 0);
  const config = await describedDocument(content, manifest.document.config);
  const layers = [];
  for (const descriptor of manifest.document.layers) {
    const path = blobPath(descriptor.digest);
    const layer = await content.layer(path);
    if (layer === undefined) throw sourceError(content.name, `no ${path}`);
    if (layer.sourceDigest !== descriptor.digest || layer.sourceSize !== descriptor.size) {
      throw sourceError(content.name, path, {
        expected: `${descriptor.digest}, ${descriptor.size} bytes`,
        found: `${layer.sourceDigest}, ${layer.sourceSize} bytes`,
      });
    }
    layers.push(layer);
  }
  return assembleImage(output, content, { config, layers, manifest });
}

/** The manifest that a descriptor leads to, through indexes where there are any. */
export async function readManifest(content: SourceContent, target: Descriptor, platform: Platform, depth: number) {
  const { mediaType } = target;
  const path = blobPath(target.digest);
  const isIndex = indexTypes.includes(mediaType);
  if (depth > sourceLimits.indexDepth || !(isIndex || manifestTypes.includes(mediaType))) {
    throw sourceError(content.name, `media type of ${path}`, { found: mediaType });
  }
  const bytes = await describedDocument(content, target);
  if (isIndex) {
    const index = parseDocument(content, path, bytes, indexOnly);
    const picked = pickPlatform(index.manifests, platform);
    if (picked === undefined) throw sourceError(content.name, `no ${platform.os}/${platform.architecture} in ${path}`);
    return readManifest(content, picked, platform, depth + 1);
  }
  const document = parseDocument(content, path, bytes, manifestOnly);
  if (document.mediaType !== undefined && document.mediaType !== mediaType) {
    throw sourceError(content.name, `media type of ${path}`, { expected: mediaType, found: document.mediaType });
  }
  return { bytes, mediaType, document };
}
