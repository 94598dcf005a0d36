import type { RawEntry } from '../../../fixtures/raw-tar.ts';
import { archiveTarget } from './archive-target.ts';
import { configDocument, hexOf, layers, maybeMutated } from './image-parts.ts';

const type = (what: string) => `application/vnd.oci.image.${what}`;

/** An OCI image layout in a tar, in one of two cases also with Docker's manifest.json, as `docker save` writes since 25. */
export const ociArchiveTarget = (dir: string) =>
  archiveTarget('oci-archive', dir, (random) => {
    const entries: RawEntry[] = [];
    const put = (content: Buffer, mediaType: string) => {
      const hex = hexOf(content);
      entries.push({ name: `blobs/sha256/${hex}`, content });
      return { mediaType, digest: `sha256:${hex}`, size: content.length };
    };
    const packing = random.pick(['plain', 'gzip', 'zstd'] as const);
    const config = put(maybeMutated(random, configDocument), type('config.v1+json'));
    const blobs = layers.map((layer) =>
      put(layer[packing], type(`layer.v1.tar${packing === 'plain' ? '' : `+${packing}`}`)),
    );
    const mediaType = type('manifest.v1+json');
    let top = put(maybeMutated(random, { schemaVersion: 2, mediaType, config, layers: blobs }), mediaType);
    for (let depth = random.pick([0, 0, 0, 1, 1, 2, 5]); depth > 0; depth--) {
      const inner = { schemaVersion: 2, mediaType: type('index.v1+json'), manifests: [{ ...top, platform }] };
      top = put(maybeMutated(random, inner), type('index.v1+json'));
    }
    const annotations = { 'io.containerd.image.name': 'docker.io/library/tiny-api:1.0' };
    const index = { schemaVersion: 2, manifests: [{ ...top, annotations }] };
    entries.push({ name: 'index.json', content: maybeMutated(random, index) });
    entries.push({ name: 'oci-layout', content: maybeMutated(random, { imageLayoutVersion: '1.0.0' }) });
    if (random.chance(0.5)) {
      const place = (digest: string) => `blobs/${digest.replace(':', '/')}`;
      const docker = {
        Config: place(config.digest),
        RepoTags: ['tiny-api:1.0'],
        Layers: blobs.map((b) => place(b.digest)),
      };
      entries.push({ name: 'manifest.json', content: maybeMutated(random, [docker]) });
    }
    return entries;
  });

const platform = { os: 'linux', architecture: 'amd64' };
