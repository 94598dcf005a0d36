import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../base/errors.ts';
import { isSystemFolder } from '../base/system-folders.ts';
import { mediaLimits } from './limits.ts';

/**
 * All regular files below `root` with their sizes in bytes, sorted by path. Throws BUNDLE_NOT_A_FILE for links, devices,
 * sockets and FIFOs, BUNDLE_FILE_UNLISTED for names that are not even text, BUNDLE_NOT_ALONE beside an operating system's own
 * folders, BUNDLE_FORMAT beyond the limits.
 */
export async function listFiles(root: string): Promise<{ path: string; size: number }[]> {
  const files: { path: string; size: number }[] = [];
  const folders = [''];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.split('/').length > mediaLimits.depth) throw tooMuch('depth', mediaLimits.depth);
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (++entries > mediaLimits.entries) throw tooMuch('entries', mediaLimits.entries);
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      // bytes that are not UTF-8 come as U+FFFD and could not be opened by that name; no manifest lists such a file
      if (path.includes('\uFFFD')) throw new InstallerError('BUNDLE_FILE_UNLISTED', { params: { file: path } });
      if (folder === '' && isSystemFolder(entry.name)) await requireEmpty(root, entry.name);
      else if (entry.isDirectory()) folders.push(path);
      else files.push({ path, size: await sizeOf(root, path, entry) });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The bundle has a folder of its own, but somebody put it at the top of a stick, where operating systems put theirs. Nothing
 * in those is looked at: BUNDLE_NOT_ALONE says where to put the bundle.
 */
async function requireEmpty(root: string, name: string): Promise<void> {
  const inside = await readdir(join(root, name)).catch((error: unknown) => {
    // a file; one that only another user may read
    if (systemCode(error) !== undefined) return ['?'];
    throw error;
  });
  if (inside.length > 0) throw new InstallerError('BUNDLE_NOT_ALONE', { params: { file: name } });
}

async function sizeOf(root: string, path: string, entry: Dirent): Promise<number> {
  if (!entry.isFile()) throw new InstallerError('BUNDLE_NOT_A_FILE', { params: { file: path } });
  return (await lstat(join(root, path))).size;
}

function tooMuch(what: string, limit: number): InstallerError {
  return new InstallerError('BUNDLE_FORMAT', { params: { file: '.', what }, expected: `${what} <= ${limit}` });
}
