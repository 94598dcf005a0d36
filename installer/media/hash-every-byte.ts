import { addAbortSignal } from 'node:stream';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';

export interface HashOptions {
  signal: AbortSignal;
  /** Bytes hashed so far, of all bytes listed, and the file being read. */
  onProgress?: (doneBytes: number, totalBytes: number, path: string) => void;
}

/** Bytes of all files that the bundle lists. */
export function listedBytes(bundle: VerifiedBundle): number {
  return bundle.manifest.files.reduce((sum, file) => sum + file.size, 0);
}

/**
 * Reads every listed file once, so that a damaged one is found before anything on the machine is touched. Throws what
 * VerifiedBundle.open throws: BUNDLE_FILE_CHANGED, BUNDLE_FILE_SIZE, BUNDLE_FILE_MISSING, naming the file to copy again.
 */
export async function hashEveryByte(bundle: VerifiedBundle, options: HashOptions): Promise<{ bytes: number }> {
  const total = listedBytes(bundle);
  let done = 0;
  for (const file of bundle.manifest.files) {
    options.signal.throwIfAborted();
    for await (const chunk of addAbortSignal(options.signal, bundle.open(file.path)) as AsyncIterable<Buffer>) {
      done += chunk.length;
      options.onProgress?.(done, total, file.path);
    }
  }
  return { bytes: done };
}
