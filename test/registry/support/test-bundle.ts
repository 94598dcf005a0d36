import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { InstallerError } from '../../../installer/base/errors.ts';
import { hashFile, hashing, sha256 } from '../../../installer/base/hash.ts';
import type { BundleFile, BundleImage, BundleManifest } from '../../../installer/contract/manifest.ts';
import type { VerifiedBundle } from '../../../installer/ports/verified-bundle.ts';

export interface TestBundleOptions {
  /** Folder with `blobs/sha256/…`. */
  dir: string;
  images: readonly BundleImage[];
  release?: number;
  /** Changes a file's bytes on the way, as a stick does that answers differently on the second read. */
  tamper?: (path: string) => Transform | undefined;
}

/**
 * A bundle whose file list is made from what lies in the folder: for tests of what comes after verification. This is the
 * only place outside trust/ that makes a value of the type. As the port demands, `open` errors instead of ending when the
 * bytes are not the listed ones.
 */
export async function testBundle(options: TestBundleOptions): Promise<VerifiedBundle> {
  const { dir } = options;
  const files = new Map<string, BundleFile>();
  for (const name of await readdir(join(dir, 'blobs/sha256'))) {
    const path = `blobs/sha256/${name}`;
    files.set(path, { path, ...(await hashFile(join(dir, path))) });
  }
  const manifest: BundleManifest = {
    kind: 'airgap-bundle',
    schema: 1,
    product: { name: 'test', version: '1', title: 'Test' },
    release: options.release ?? 1,
    minimumSourceRelease: 0,
    created: '2026-01-01T00:00:00Z',
    chunkSize: 64 * 1024 * 1024,
    images: [...options.images],
    models: [],
    files: [...files.values()],
  };
  const file = (path: string): BundleFile => {
    const found = files.get(path);
    if (found === undefined) throw new InstallerError('BUNDLE_FILE_MISSING', { params: { file: path } });
    return found;
  };
  const bundle = {
    dir,
    manifest,
    manifestDigest: sha256(JSON.stringify(manifest)),
    rootVersion: 1,
    rootDigest: sha256('root'),
    signers: [],
    file,
    open: (path: string) => verifiedStream(dir, file(path), options.tamper?.(path)),
    read: async (path: string) => readFileSync(join(dir, file(path).path)),
    peek: async (path: string, bytes: number) => readFileSync(join(dir, path)).subarray(0, bytes),
  };
  return bundle as unknown as VerifiedBundle;
}

function verifiedStream(dir: string, listed: BundleFile, tamper: Transform | undefined): Readable {
  const { stream: hasher, result } = hashing();
  const gate = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush(done) {
      const { digest, size } = result();
      if (digest === listed.digest && size === listed.size) return done();
      done(new InstallerError('BUNDLE_FILE_CHANGED', { params: { file: listed.path } }));
    },
  });
  const source = createReadStream(join(dir, listed.path), { highWaterMark: 1024 * 1024 });
  const stages = tamper === undefined ? [source, hasher, gate] : [source, tamper, hasher, gate];
  // whoever reads `gate` sees the error there
  pipeline(stages, () => undefined);
  return gate;
}

/** Flips one bit of one byte. */
export function flipByte(at: number): Transform {
  let position = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const out = Buffer.from(chunk);
      const index = at - position;
      if (index >= 0 && index < out.length) out[index] = (out[index] ?? 0) ^ 1;
      position += chunk.length;
      done(null, out);
    },
  });
}

export function fileSize(dir: string, path: string): number {
  return statSync(join(dir, path)).size;
}
