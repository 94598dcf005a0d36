import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InstallerError, systemCode } from '../../installer/base/errors.ts';
import { readChunkBytes } from '../../installer/base/hash.ts';
import { bundlePath } from '../../installer/contract/digest.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import type { BundleOutput } from './bundle-output.ts';

export interface CopyOptions {
  signal: AbortSignal;
  onBytes: (count: number) => void;
}

/** Copies one file to `path` in the bundle. Throws SOURCE_UNREADABLE. */
export async function copyFile(
  file: string,
  path: string,
  output: BundleOutput,
  options: CopyOptions,
): Promise<BundleFile> {
  return output.put(path, readSource(file, options));
}

async function* readSource(file: string, { signal, onBytes }: CopyOptions): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: readChunkBytes,
      signal,
    }) as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, cause: error });
  }
}

/**
 * All files below a folder, sorted, as paths relative to it. Nothing is left out silently: what a bundle cannot hold (links,
 * devices, names beyond portable ASCII) is PRODUCT_FORMAT.
 */
export async function filesBelow(dir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/');
    if (!entry.isFile()) throw new InstallerError('PRODUCT_FORMAT', { params: { file: path }, expected: 'a file' });
    if (!bundlePath.safeParse(`product/${path}`).success) {
      throw new InstallerError('PRODUCT_FORMAT', { params: { file: path }, expected: 'A-Z a-z 0-9 . _ + @ = - /' });
    }
    paths.push(path);
  }
  return paths.sort();
}
