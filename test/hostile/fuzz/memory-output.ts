import type { BundleOutput } from '../../../bundles/writing/bundle-output.ts';
import { sha256 } from '../../../installer/base/hash.ts';
import type { BundleFile } from '../../../installer/contract/manifest.ts';
import { blobPath } from '../../../installer/contract/oci.ts';
import { Unsound } from './target.ts';

/** Where a reader under fuzz puts its blobs: in memory, since a million inputs would wear out a disk. */
export class MemoryOutput {
  readonly blobs = new Map<string, Buffer>();

  writer() {
    const chunks: Buffer[] = [];
    return {
      chunks,
      write: async (data: Uint8Array) => {
        chunks.push(Buffer.from(data));
      },
      discard: async () => {
        chunks.length = 0;
      },
    };
  }

  async putBlob(content: Uint8Array): Promise<BundleFile> {
    const bytes = Buffer.from(content);
    const digest = sha256(bytes);
    this.blobs.set(blobPath(digest), bytes);
    return { path: blobPath(digest), size: bytes.length, digest };
  }

  commitBlob(writer: { chunks: Buffer[] }): Promise<BundleFile> {
    return this.putBlob(Buffer.concat(writer.chunks));
  }

  /** As the readers know it; a method that they have not called so far fails as a crash. */
  get asOutput(): BundleOutput {
    return this as unknown as BundleOutput;
  }

  /** What a reader says it has stored must be here, under its digest and size. */
  requireHolds(file: BundleFile): void {
    const bytes = this.blobs.get(file.path);
    if (bytes === undefined || sha256(bytes) !== file.digest || bytes.length !== file.size) {
      throw new Unsound(`${file.path} is not what was stored`);
    }
  }
}
