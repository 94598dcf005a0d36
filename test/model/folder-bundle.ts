import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { sha256 } from '../../installer/base/hash.ts';
import { bundleManifest } from '../../installer/contract/manifest.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';

export interface FolderBundleOptions {
  /** What stands in the folder under `models/` in place of the signed content. */
  readonly signed: Buffer;
  readonly openAs?: () => Readable;
}

/**
 * A fake at the VerifiedBundle port with one model, `tiny`: says that `signed` was signed and gives whatever the folder holds,
 * without the real one's own checks, so that the step's are what is tested.
 */
export function folderBundle(dir: string, { signed, openAs }: FolderBundleOptions): VerifiedBundle {
  const file = { path: 'models/tiny.gguf', size: signed.length, digest: sha256(signed) };
  const manifest = bundleManifest.parse({
    kind: 'airgap-bundle',
    schema: 1,
    product: { name: 'test', version: '1', title: 'Test' },
    release: 1,
    minimumSourceRelease: 0,
    created: '2026-01-01T00:00:00Z',
    chunkSize: 1024,
    images: [],
    models: [{ id: 'tiny', ...file }],
    files: [file],
  });
  const fake: Omit<VerifiedBundle, symbol> = {
    dir,
    manifest,
    manifestDigest: sha256('manifest'),
    rootVersion: 1,
    givenRootVersion: 1,
    rootDigest: sha256('root'),
    rootBytes: Buffer.from('root'),
    givenRootDigest: sha256('root'),
    rootKeys: [],
    signers: [],
    thresholds: [],
    file: () => file,
    open: (path) => openAs?.() ?? createReadStream(join(dir, path), { highWaterMark: 64 * 1024 }),
    read: (path) => readFile(join(dir, path)),
    async peek(path, bytes) {
      const handle = await open(join(dir, path));
      try {
        const buffer = Buffer.alloc(bytes);
        const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
  return fake as VerifiedBundle;
}
