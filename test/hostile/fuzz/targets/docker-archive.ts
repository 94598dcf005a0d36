import { archiveTarget } from './archive-target.ts';
import { configDocument, hexOf, layers, maybeMutated } from './image-parts.ts';

/** What `docker save` wrote before version 25. */
export const dockerArchiveTarget = (dir: string) =>
  archiveTarget('docker-archive', dir, (random) => {
    const config = maybeMutated(random, configDocument);
    const configName = random.chance(0.9) ? `${hexOf(config)}.json` : 'config.json';
    const packing = random.pick(['plain', 'plain', 'gzip', 'zstd'] as const);
    const places = layers.map((_, index) => `${index}/layer.tar`);
    const manifest = [{ Config: configName, RepoTags: ['tiny-api:1.0'], Layers: places }];
    return [
      ...layers.map((layer, index) => ({ name: places[index] ?? '', content: layer[packing] })),
      { name: configName, content: config },
      { name: 'manifest.json', content: maybeMutated(random, manifest) },
    ];
  });
