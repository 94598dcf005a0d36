import { hexOf, pack, syntheticImage } from '../../../fixtures/image-archives.ts';
import type { Random } from '../../../fixtures/random.ts';
import { mutateJson } from '../mutate-json.ts';

const image = syntheticImage('tiny-api:1.0', ['base', 'api']);

/** Bare layers, and the same packed: made once, since packing is slow. */
export const layers = image.layers.map((layer) => ({
  plain: layer,
  gzip: pack(layer, 'gzip'),
  zstd: pack(layer, 'zstd'),
  diffId: `sha256:${hexOf(layer)}`,
}));

export const configDocument: unknown = JSON.parse(image.config.toString());

/** A document as JSON, in one of four cases changed. */
export function maybeMutated(random: Random, document: unknown): Buffer {
  return Buffer.from(JSON.stringify(random.chance(0.25) ? mutateJson(random, document) : document) ?? 'null');
}

export { hexOf };
