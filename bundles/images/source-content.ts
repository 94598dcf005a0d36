import { posix } from 'node:path';
import type { StoredLayer } from './ingest-layer.ts';
import { sourceError } from './source-error.ts';

/** What the readers of image formats see of a source, be it an archive or a folder. */
export interface SourceContent {
  /** As the officer named it, for messages. */
  readonly name: string;
  /** A manifest, index or configuration; undefined where there is no such file. */
  document(path: string): Promise<Buffer | undefined>;
  /**
   * A layer as it now lies in the bundle; undefined where there is no such file. `size` is what its descriptor says, for sources
   * that would otherwise have to believe whoever answers.
   */
  layer(path: string, size?: number): Promise<StoredLayer | undefined>;
}

/**
 * A path inside a source in its one form. Throws SOURCE_FORMAT for what leads outside, though nothing is ever written by
 * such a name.
 */
export function sourcePath(source: string, raw: string): string {
  const path = posix.normalize(raw).replace(/\/$/, '');
  if (raw.startsWith('/') || path === '..' || path.startsWith('../') || raw.includes('\0')) {
    throw sourceError(source, `path ${JSON.stringify(raw)}`);
  }
  return path;
}
