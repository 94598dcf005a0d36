import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../../installer/base/errors.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { crossCheck } from './cross-check.ts';
import { dockerImages, readArchiveManifest } from './docker-archive.ts';
import { ociImages } from './oci-layout.ts';
import type { Platform } from './platform.ts';
import { readArchive } from './read-archive.ts';
import { readFolder } from './read-folder.ts';
import { sourceError } from './source-error.ts';
import type { SourceImage } from './source-image.ts';

export interface SourceOptions {
  platform: Platform;
  signal: AbortSignal;
  /** Called as the source is read, with bytes as they lie on disk. */
  onBytes: (count: number) => void;
}

const supported = 'path of a docker-save or OCI archive (plain, gzip or zstd), or oci:DIR';

/** `docker:…` and `registry:…` are named by the design, but not there yet; a path may hold a colon after a slash. */
function locate(source: string): { folder: boolean; path: string } {
  const scheme = /^([a-z][a-z0-9+-]*):/.exec(source)?.[1];
  if (scheme === undefined) return { folder: false, path: source };
  if (scheme === 'oci') return { folder: true, path: source.slice('oci:'.length) };
  throw sourceError(source, `scheme ${scheme}:`, { expected: supported, found: `${scheme}:` });
}

/** The images of one `--images` source. Throws SOURCE_UNREADABLE, SOURCE_FORMAT. */
export async function openSource(source: string, output: BundleOutput, options: SourceOptions): Promise<SourceImage[]> {
  const { folder, path } = locate(source);
  await sourceBytes(source);
  const content = folder ? await readFolder(path, output, options) : await readArchive(path, output, options);
  const entries = await readArchiveManifest(content);
  const images = await ociImages(content, output, options.platform);
  if (images !== undefined) {
    if (entries !== undefined) await crossCheck(content, entries, options.platform);
    return images;
  }
  if (entries === undefined) throw sourceError(source, 'neither index.json nor manifest.json', { expected: supported });
  return dockerImages(content, entries, output);
}

/** Bytes that a source has on disk, for the progress display. Throws SOURCE_UNREADABLE. */
export async function sourceBytes(source: string): Promise<number> {
  const { folder, path } = locate(source);
  try {
    const stats = await stat(path);
    if (stats.isDirectory() !== folder) {
      throw sourceError(source, folder ? 'not a folder' : 'not a file', { expected: supported });
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
