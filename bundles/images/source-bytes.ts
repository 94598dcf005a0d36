import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../../installer/base/errors.ts';
import { sourceError } from './source-error.ts';
import { parseSource, supportedSources } from './source-spec.ts';

/** Bytes that a source has on disk, for the progress display; 0 where only reading it tells. Throws SOURCE_UNREADABLE. */
export async function sourceBytes(source: string): Promise<number> {
  const spec = parseSource(source);
  if (spec.kind === 'docker' || spec.kind === 'registry') return 0;
  const { path } = spec;
  const folder = spec.kind === 'layout';
  try {
    const stats = await stat(path);
    if (stats.isDirectory() !== folder) {
      throw sourceError(source, folder ? 'not a folder' : 'not a file', { expected: supportedSources });
    }
    if (!folder) return stats.size;
    let bytes = 0;
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    return bytes;
  } catch (error) {
    if (error instanceof InstallerError) throw error;
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file: path }, cause: error });
  }
}
