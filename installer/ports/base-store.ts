import type { Readable } from 'node:stream';
import type { AssumedFile } from '../contract/manifest.ts';

/**
 * What the installed release has put onto this machine, as the second place that a delta bundle's bytes come from. Nothing in it
 * is trusted: whoever reads hashes.
 */
export interface BaseStore {
  /** The file's bytes (`[start, end)` of them), whatever they are by now. Errors with DELTA_FILE_MISSING where there are none. */
  stream(file: AssumedFile, range?: { start: number; end: number }): Readable;
}
