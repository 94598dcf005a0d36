import { z } from 'zod';
import {
  blobPath,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  imageIndex,
  imageManifest,
  mediaTypes,
} from '../../installer/contract/oci.ts';
import { sourceLimits } from './limits.ts';
import { describedDocument, parseDocument } from './parse-document.ts';
import { type PlatformChoice, pickPlatform } from './platform.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';

export interface ResolvedManifest {
  kind: 'manifest';
  descriptor: Descriptor;
  bytes: Buffer;
  document: ImageManifest;
}

export interface ResolvedIndex {
  kind: 'index';
  descriptor: Descriptor;
  bytes: Buffer;
  document: ImageIndex;
  /** Those that are taken, in the index's order. */
  children: readonly Resolved[];
}

export type Resolved = ResolvedManifest | ResolvedIndex;

const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerList];
const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];

/** CVE-2021-41190: one document must not be a manifest to one reader and an index to another. */
const manifestOnly = imageManifest.extend({ manifests: z.never().optional() });
export const indexOnly = imageIndex.extend({ layers: z.never().optional(), config: z.never().optional() });

/**
 * What a descriptor leads to. Of an index with one platform asked for, that platform's image alone; otherwise the index with the
 * images of the platforms asked for. Throws SOURCE_FORMAT, also where a platform asked for is not there.
 */
export async function resolveImage(
  content: SourceContent,
  target: Descriptor,
  platforms: PlatformChoice,
  depth = 0,
): Promise<Resolved> {
  const { mediaType } = target;
  const path = blobPath(target.digest);
  const isIndex = indexTypes.includes(mediaType);
  if (depth > sourceLimits.indexDepth || !(isIndex || manifestTypes.includes(mediaType))) {
    throw sourceError(content.name, `media type of ${path}`, { found: mediaType });
  }
  const bytes = await describedDocument(content, target);
  if (!isIndex) {
    const document = parseDocument(content, path, bytes, manifestOnly);
    requireType(content, path, mediaType, document.mediaType);
    return { kind: 'manifest', descriptor: target, bytes, document };
  }
  const document = parseDocument(content, path, bytes, indexOnly);
  requireType(content, path, mediaType, document.mediaType);
  const chosen = chooseFrom(content, path, document.manifests, platforms);
  const [only] = chosen;
  if (platforms !== 'all' && platforms.length === 1 && only !== undefined) {
    return resolveImage(content, only, platforms, depth + 1);
  }
  const children: Resolved[] = [];
  for (const child of chosen) children.push(await resolveImage(content, child, platforms, depth + 1));
  return { kind: 'index', descriptor: target, bytes, document, children };
}

function chooseFrom(
  content: SourceContent,
  path: string,
  manifests: readonly Descriptor[],
  platforms: PlatformChoice,
): Descriptor[] {
  if (platforms === 'all') return [...manifests];
  const wanted = new Set<Descriptor>();
  for (const platform of platforms) {
    const picked = pickPlatform(manifests, platform);
    if (picked === undefined) throw sourceError(content.name, `no ${platform.os}/${platform.architecture} in ${path}`);
    wanted.add(picked);
  }
  return manifests.filter((manifest) => wanted.has(manifest));
}

/** The document's own media type, where it has one, is the one it was announced with. */
function requireType(content: SourceContent, path: string, expected: string, found: string | undefined): void {
  if (found !== undefined && found !== expected) {
    throw sourceError(content.name, `media type of ${path}`, { expected, found });
  }
}

/** All image manifests of what was resolved. */
export function manifestsOf(resolved: Resolved): ResolvedManifest[] {
  return resolved.kind === 'manifest' ? [resolved] : resolved.children.flatMap(manifestsOf);
}
