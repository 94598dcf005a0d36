import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, systemCode } from '../../installer/base/errors.ts';
import { readChunkBytes } from '../../installer/base/hash.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { ingestLayer, type LayerCompression } from './ingest-layer.ts';
import { sourceLimits } from './limits.ts';
import { type SourceContent, sourcePath } from './source-content.ts';
import { sourceError } from './source-error.ts';

/** An OCI image layout folder as a source: only what images need is read. Follows no links below it. */
export async function readFolder(
  dir: string,
  output: BundleOutput,
  options: { compress: LayerCompression; signal: AbortSignal; onBytes: (count: number) => void },
): Promise<SourceContent> {
  const root = await realpath(dir).catch((error: unknown) => {
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file: dir }, cause: error });
  });
  return {
    name: dir,
    async document(path) {
      const file = await openInside(root, sourcePath(dir, path), dir);
      if (file === undefined) return undefined;
      try {
        if (file.size > sourceLimits.documentBytes) throw sourceError(dir, `size of ${path}`, { found: file.size });
        const bytes = await file.handle.readFile();
        options.onBytes(bytes.length);
        return bytes;
      } finally {
        await file.handle.close();
      }
    },
    async layer(path) {
      const file = await openInside(root, sourcePath(dir, path), dir);
      if (file === undefined) return undefined;
      const stream = file.handle.createReadStream({ highWaterMark: readChunkBytes, signal: options.signal });
      stream.on('data', (chunk) => options.onBytes(chunk.length));
      stream.pause();
      return ingestLayer(output, { name: dir, size: file.size, content: stream, compress: options.compress });
    },
  };
}

async function openInside(
  root: string,
  path: string,
  source: string,
): Promise<{ handle: FileHandle; size: number } | undefined> {
  const whole = join(root, path);
  let handle: FileHandle;
  try {
    handle = await open(whole, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw sourceError(source, path, { cause: error });
  }
  const stats = await handle.stat();
  if (stats.isFile() && (await readlink(`/proc/self/fd/${handle.fd}`)) === whole) return { handle, size: stats.size };
  await handle.close();
  throw sourceError(source, `${path} is not a file`);
}
