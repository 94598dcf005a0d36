import { z } from 'zod';
import type { Descriptor } from '../../installer/contract/oci.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { parseDocument } from './parse-document.ts';
import type { PlatformChoice } from './platform.ts';
import { indexOnly } from './resolve-image.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';
import { storeImage } from './store-image.ts';

const layoutFile = z.object({ imageLayoutVersion: z.string().regex(/^1\.0\.\d+$/) });

/** Where tools put an image's name: containerd and Docker the first, the specification (often only the tag) the second. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * The images of an OCI image layout (https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md), undefined
 * where the source is none.
 */
export async function ociImages(
  content: SourceContent,
  output: BundleOutput,
  platforms: PlatformChoice,
): Promise<SourceImage[] | undefined> {
  const layout = await content.document('oci-layout');
  if (layout === undefined) return undefined;
  parseDocument(content, 'oci-layout', layout, layoutFile);
  const bytes = await content.document('index.json');
  if (bytes === undefined) throw sourceError(content.name, 'no index.json');
  const index = parseDocument(content, 'index.json', bytes, indexOnly);
  return index.manifests.map((descriptor) => ({
    refs: nameOf(descriptor),
    store: () => storeImage(content, output, descriptor, platforms),
  }));
}

function nameOf({ annotations = {} }: Descriptor): string[] {
  const name = nameAnnotations.map((key) => annotations[key]).find((value) => value !== undefined);
  return name === undefined ? [] : [name];
}
