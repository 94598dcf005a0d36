import { InstallerError } from '../base/errors.ts';

/**
 * No two paths, and no two spellings of a folder, may differ by case alone: FAT and exFAT would make them one, and what is
 * read would depend on the file system. Paths are ASCII (contract/digest.ts), so case is all there is to fold.
 * Throws BUNDLE_NAME_COLLISION, also for a path given twice and for a file that is another one's folder.
 */
export function checkNames(paths: readonly string[]): void {
  const folders = new Map<string, string>();
  for (const path of paths) {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      const known = folders.get(folder.toLowerCase());
      if (known === undefined) folders.set(folder.toLowerCase(), folder);
      else if (known !== folder) throw collision(folder, known);
    }
  }
  const files = new Map<string, string>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    const known = files.get(folded) ?? folders.get(folded);
    if (known !== undefined) throw collision(path, known);
    files.set(folded, path);
  }
}

function collision(file: string, other: string): InstallerError {
  return new InstallerError('BUNDLE_NAME_COLLISION', { params: { file, other } });
}
