import { InstallerError } from '../base/errors.ts';
import { errorCategories } from '../contract/errors.ts';
import type { Media } from '../ports/media.ts';
import { type VerifiedRoot, verifyRoot } from './verify-root.ts';

/** What a site remembers of the roots that it has trusted, whatever is installed now. */
export interface RememberedRoot {
  version: number;
  digest: string;
  bytes: Buffer;
}

/**
 * The root that a bundle was judged by is the one that the site trusted before, or was reached from it by the rotations on the
 * medium, each signed by the keys of the one before: TUF's client keeps the whole document, not its number
 * (https://theupdateframework.github.io/specification/latest/#update-root). Otherwise whoever hands over another file with any
 * keys would be believed.
 *
 * Throws ROOT_NOT_TRUSTED for an older version, ROOT_REPLACED for one that no rotation leads to.
 */
export async function requireRememberedRoot(
  media: Media,
  paths: readonly string[],
  found: VerifiedRoot,
  remembered: RememberedRoot,
): Promise<void> {
  if (found.digest === remembered.digest) return;
  if (found.root.version < remembered.version) {
    throw new InstallerError('ROOT_NOT_TRUSTED', {
      params: { file: 'root.json' },
      expected: `>= ${remembered.version}`,
      found: found.root.version,
    });
  }
  const reached = await verifyRoot(media, paths, { bytes: remembered.bytes, file: 'root.json' }).catch(
    (error: unknown) => {
      if (!(error instanceof InstallerError) || errorCategories[error.code] !== 'untrusted') throw error;
      throw replaced(found, remembered, error);
    },
  );
  // the medium is read again: what led there must be the document that the bundle was judged by
  if (reached.digest !== found.digest) throw replaced(found, remembered);
}

function replaced(found: VerifiedRoot, remembered: RememberedRoot, cause?: unknown): InstallerError {
  return new InstallerError('ROOT_REPLACED', {
    params: { file: 'root.json', version: found.root.version, known: remembered.version },
    expected: remembered.digest,
    found: found.digest,
    ...(cause === undefined ? {} : { cause }),
  });
}
