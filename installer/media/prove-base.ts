import { addAbortSignal } from 'node:stream';
import { InstallerError } from '../base/errors.ts';
import type { Digest } from '../contract/digest.ts';
import type { AssumedFile } from '../contract/manifest.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';

/** What is installed on a site; null: nothing. */
export type InstalledRelease = { release: number; manifestDigest: Digest } | null;

export interface ProveOptions {
  signal: AbortSignal;
  onBytes: (count: number, path: string) => void;
}

/** Bytes that a delta bundle leaves to the site; 0 for a full one. */
export function assumedBytes(bundle: VerifiedBundle): number {
  return (bundle.manifest.assumed ?? []).reduce((sum, { size }) => sum + size, 0);
}

/**
 * A delta bundle is for a site that has its base, known by its manifest's digest: the very list that was trusted when it was
 * installed; or for one that has this bundle itself already. Throws DELTA_BASE_MISMATCH.
 */
export function requireBase({ manifest, manifestDigest }: VerifiedBundle, installed: InstalledRelease): void {
  const { base } = manifest;
  if (base === undefined) return;
  if (installed?.manifestDigest === base.manifestDigest || installed?.manifestDigest === manifestDigest) return;
  throw new InstallerError('DELTA_BASE_MISMATCH', {
    params: { release: base.release },
    expected: base.manifestDigest,
    ...(installed === null ? {} : { found: `${installed.manifestDigest} (${installed.release})` }),
  });
}

/**
 * Reads and hashes on this machine every byte that a delta bundle leaves out; the bundle was opened with the site's BaseStore.
 * Throws DELTA_FILE_MISSING, DELTA_FILE_CHANGED.
 */
export async function proveAssumed(bundle: VerifiedBundle, options: ProveOptions): Promise<void> {
  for (const file of bundle.manifest.assumed ?? []) {
    options.signal.throwIfAborted();
    await prove(bundle, file, options);
  }
}

async function prove(bundle: VerifiedBundle, file: AssumedFile, { signal, onBytes }: ProveOptions): Promise<void> {
  try {
    // errors instead of ending where the bytes are not the listed ones
    const stream = addAbortSignal(signal, bundle.open(file.path));
    for await (const chunk of stream as AsyncIterable<Buffer>) onBytes(chunk.length, file.path);
  } catch (error) {
    const changed = error instanceof InstallerError && /^BUNDLE_FILE_(CHANGED|SIZE)$/.test(error.code);
    if (!changed) throw error;
    // the same codes tell an officer to copy a file to the stick again, which would not help here
    throw new InstallerError('DELTA_FILE_CHANGED', {
      params: { file: file.path, release: bundle.manifest.base?.release ?? 0 },
      expected: error.expected ?? file.digest,
      ...(error.found === undefined ? {} : { found: error.found }),
      cause: error,
    });
  }
}
