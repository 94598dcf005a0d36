import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../../base/errors.ts';
import { mediaTypeOf } from '../../base/media-types.ts';

export interface StaticFile {
  body: Buffer;
  type: string;
  /** The name holds a hash of the content. */
  immutable: boolean;
}

/** The file that a request's path stands for. */
export type FileLookup = (path: string) => StaticFile | undefined;

const maxTotalBytes = 64 * 1024 * 1024;

/**
 * The built wizard, read once: a request chooses from this table by its exact path, so no path of a request ever reaches the
 * file system. WIZARD_MISSING when it was not built.
 */
export async function readStaticFiles(dir: string): Promise<FileLookup> {
  let names: string[];
  try {
    names = await readdir(dir, { recursive: true });
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new InstallerError('WIZARD_MISSING', { params: { dir }, cause });
  }
  const files = new Map<string, StaticFile>();
  let total = 0;
  for (const name of names) {
    const type = mediaTypeOf(name);
    const path = join(dir, name);
    const stats = await stat(path);
    if (type === undefined || !stats.isFile()) continue;
    total += stats.size;
    if (total > maxTotalBytes) throw new InstallerError('WIZARD_MISSING', { params: { dir }, found: 'too large' });
    files.set(`/${name}`, { body: await readFile(path), type, immutable: name.startsWith('assets/') });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new InstallerError('WIZARD_MISSING', { params: { dir } });
  files.set('/', index);
  return (path) => files.get(path);
}
