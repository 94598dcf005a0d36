import { InstallerError } from '../base/errors.ts';
import type { BundleManifest } from '../contract/manifest.ts';
import { checkNames } from './check-names.ts';
import { isTrustFile } from './signature-files.ts';
import { allStored } from './stored-files.ts';

/**
 * The medium holds the listed files, all of them, in their sizes, and nothing else. Contents are checked when they are
 * read (open-verified.ts). Throws BUNDLE_NAME_COLLISION, BUNDLE_FILE_UNLISTED, BUNDLE_FILE_MISSING, BUNDLE_FILE_SIZE.
 */
export function checkFiles(manifest: BundleManifest, present: readonly { path: string; size: number }[]): void {
  const listed = allStored(manifest);
  const names = new Set(listed.map((file) => file.path));
  checkNames(present.map((file) => file.path));
  for (const { path } of present) {
    if (!names.has(path) && !isTrustFile(path)) {
      throw new InstallerError('BUNDLE_FILE_UNLISTED', { params: { file: path } });
    }
  }
  const sizes = new Map(present.map((file) => [file.path, file.size]));
  for (const { path, size } of listed) {
    const found = sizes.get(path);
    if (found === undefined) throw new InstallerError('BUNDLE_FILE_MISSING', { params: { file: path } });
    if (found !== size) throw new InstallerError('BUNDLE_FILE_SIZE', { params: { file: path }, expected: size, found });
  }
}
