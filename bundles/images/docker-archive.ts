import { z } from 'zod';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { assembleImage } from './assemble-image.ts';
import { parseDocument } from './parse-document.ts';
import type { SourceContent } from './source-content.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';

/** manifest.json of `docker save`: https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format */
const archiveManifest = z
  .array(
    z.object({
      Config: z.string().max(512),
      RepoTags: z.array(z.string().max(512)).max(1024).nullish(),
      Layers: z.array(z.string().max(512)).max(1024),
    }),
  )
  .max(4096);
export type ArchiveManifest = z.infer<typeof archiveManifest>;

/** manifest.json's entries, undefined where the source has none. */
export async function readArchiveManifest(content: SourceContent): Promise<ArchiveManifest | undefined> {
  const bytes = await content.document('manifest.json');
  return bytes === undefined ? undefined : parseDocument(content, 'manifest.json', bytes, archiveManifest);
}

/** Images of the legacy layout, in which layers lie as `ID/layer.tar` and no OCI manifest exists. */
export function dockerImages(content: SourceContent, entries: ArchiveManifest, output: BundleOutput): SourceImage[] {
  return entries.map((entry) => ({
    refs: entry.RepoTags ?? [],
    async store() {
      const config = await content.document(entry.Config);
      if (config === undefined) throw sourceError(content.name, `no ${entry.Config}`);
      const layers = [];
      for (const path of entry.Layers) {
        const layer = await content.layer(path);
        if (layer === undefined) throw sourceError(content.name, `no ${path}`);
        layers.push(layer);
      }
      return assembleImage(output, content, { config, layers });
    },
  }));
}
