import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { InstallerError } from '../base/errors.ts';
import { readChunkBytes } from '../base/hash.ts';
import type { BundleFile } from '../contract/manifest.ts';
import type { Media } from '../ports/media.ts';
import { findDamage } from './find-damage.ts';
import { type StoredFile, storedAs } from './stored-files.ts';

/**
 * A listed file's bytes, its parts joined, hashed as they flow. The stream errors instead of ending when they are not the
 * signed ones: BUNDLE_FILE_SIZE, BUNDLE_FILE_CHANGED (with the damaged chunk's `offset` in bytes, where chunks tell),
 * BUNDLE_FILE_MISSING; all name the file on the medium that is to be copied again, so for a file in parts the part.
 */
export function openVerified(media: Media, file: BundleFile, chunkSize: number): Readable {
  return Readable.from(verifiedChunks(media, file, chunkSize), {
    objectMode: false,
    highWaterMark: 2 * readChunkBytes,
  });
}

async function* verifiedChunks(media: Media, file: BundleFile, chunkSize: number): AsyncGenerator<Buffer> {
  const whole = createHash('sha256');
  for (const stored of storedAs(file)) {
    const part = file.parts === undefined ? undefined : createHash('sha256');
    for await (const chunk of exactly(media, stored)) {
      whole.update(chunk);
      part?.update(chunk);
      yield chunk;
    }
    if (part !== undefined) requireDigest(stored, `sha256:${part.digest('hex')}`, file.path);
  }
  const found = `sha256:${whole.digest('hex')}`;
  if (found !== file.digest && file.parts === undefined) await findDamage(media, file, chunkSize);
  requireDigest(file, found, file.path);
}

/** One stored file in exactly its size: a longer one is refused at the first byte too many, whatever its hash. */
async function* exactly(media: Media, stored: StoredFile): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of media.stream(stored.path) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > stored.size) throw wrongSize(stored, length);
    yield chunk;
  }
  if (length < stored.size) throw wrongSize(stored, length);
}

function requireDigest(stored: StoredFile, found: string, of: string): void {
  if (found === stored.digest) return;
  throw new InstallerError('BUNDLE_FILE_CHANGED', {
    params: { file: stored.path, of },
    expected: stored.digest,
    found,
  });
}

function wrongSize(stored: StoredFile, found: number): InstallerError {
  return new InstallerError('BUNDLE_FILE_SIZE', { params: { file: stored.path }, expected: stored.size, found });
}
