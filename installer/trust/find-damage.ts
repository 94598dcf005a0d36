import { createHash } from 'node:crypto';
import { InstallerError } from '../base/errors.ts';
import type { BundleFile } from '../contract/manifest.ts';
import type { Media } from '../ports/media.ts';

/**
 * Reads a file that is already known to be damaged once more, chunk by chunk, and throws BUNDLE_FILE_CHANGED with the
 * `offset` in bytes of the first damaged chunk. Returns where the file has no chunks, or where they all hold this time: a
 * medium that answers differently on each read.
 */
export async function findDamage(media: Media, file: BundleFile, chunkSize: number): Promise<void> {
  for (const [index, expected] of (file.chunks ?? []).entries()) {
    const start = index * chunkSize;
    const hash = createHash('sha256');
    const end = Math.min(start + chunkSize, file.size);
    for await (const chunk of media.stream(file.path, { start, end }) as AsyncIterable<Buffer>) hash.update(chunk);
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== expected) {
      throw new InstallerError('BUNDLE_FILE_CHANGED', {
        params: { file: file.path, of: file.path, offset: start },
        expected,
        found,
      });
    }
  }
}
