import { realpath } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { InstallerError } from '../base/errors.ts';
import { readChunkBytes } from '../base/hash.ts';
import type { AssumedFile } from '../contract/manifest.ts';
import type { BaseStore } from '../ports/base-store.ts';
import { openRegularFile } from './open-file.ts';
import { type ByteRange, readRange, wholeFile } from './read-range.ts';

export interface SiteStoreOptions {
  /** The folder that all of it lies below. */
  dataDir: string;
  /** Where a file of the base release lies, relative to it; undefined: the site keeps no such file. */
  locate: (file: AssumedFile) => string | undefined;
  /** The installed release, for messages. */
  release: number;
}

/** What this machine has of the installed release. Follows no links below the data directory and writes nothing. */
export function siteStore(options: SiteStoreOptions): BaseStore {
  return {
    stream: (file, range) =>
      Readable.from(chunks(options, file, range), { objectMode: false, highWaterMark: 2 * readChunkBytes }),
  };
}

async function* chunks(
  { dataDir, locate, release }: SiteStoreOptions,
  file: AssumedFile,
  range: ByteRange = wholeFile,
): AsyncGenerator<Buffer> {
  const place = locate(file);
  const params = { file: file.path, release };
  if (place === undefined) throw new InstallerError('DELTA_FILE_MISSING', { params });
  const { handle } = await openRegularFile(await realpath(dataDir), place).catch((error: unknown) => {
    if (!(error instanceof InstallerError)) throw error;
    // a link or a device in its place: whatever it is, it is not what was installed
    const code = error.code === 'BUNDLE_NOT_A_FILE' ? 'DELTA_FILE_CHANGED' : 'DELTA_FILE_MISSING';
    throw new InstallerError(code, { params, expected: place, cause: error });
  });
  yield* readRange(handle, range);
}
