import { posix } from 'node:path';
import { imageIndex } from '../../installer/contract/oci.ts';
import type { ArchiveManifest } from './docker-archive.ts';
import { parseDocument } from './parse-document.ts';
import type { PlatformChoice } from './platform.ts';
import { canonicalReference } from './reference.ts';
import { manifestsOf, resolveImage } from './resolve-image.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';

/**
 * Docker Engine 25 and later writes both layouts into one archive. A name must mean the same configuration in both: else the
 * vendor saw one image in his tools and the bundle held another. Throws SOURCE_FORMAT.
 */
export async function crossCheck(
  content: SourceContent,
  entries: ArchiveManifest,
  platforms: PlatformChoice,
): Promise<void> {
  const legacy = new Map<string, string>();
  for (const entry of entries) {
    for (const tag of entry.RepoTags ?? []) legacy.set(canonicalReference(tag), posix.basename(entry.Config, '.json'));
  }
  const bytes = await content.document('index.json');
  if (bytes === undefined) return;
  for (const descriptor of parseDocument(content, 'index.json', bytes, imageIndex).manifests) {
    const name = descriptor.annotations?.['io.containerd.image.name'];
    const expected = name === undefined ? undefined : legacy.get(canonicalReference(name));
    if (expected === undefined) continue;
    const images = manifestsOf(await resolveImage(content, descriptor, platforms));
    const found = images.map(({ document }) => document.config.digest);
    if (!found.includes(`sha256:${expected}`)) {
      throw sourceError(content.name, `${name} in manifest.json and index.json`, {
        expected: `sha256:${expected}`,
        found: found.join(', '),
      });
    }
  }
}
