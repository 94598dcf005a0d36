import { Readable } from 'node:stream';
import { Header } from 'tar';
import type { Descriptor, ImageManifest } from '../contract/oci.ts';
import { blobPath } from '../contract/oci.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { verifiedBlob } from './image-tree.ts';

const blockSize = 512;

/**
 * A `docker load` archive of one image, made while it is read: manifest.json, the config, the layers, straight out of the
 * bundle's blobs. Layers stay compressed; the engine unpacks gzip and zstd and checks each against the config's diff_ids.
 * https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
 * The stream errors as the bundle's own streams do. `reference` is the only name the archive carries, because loading takes
 * a name away from any image that has it.
 */
export function dockerArchive(
  bundle: VerifiedBundle,
  manifest: ImageManifest,
  reference: string,
  onBytes?: (count: number) => void,
): Readable {
  return Readable.from(entries(bundle, manifest, reference, onBytes), { objectMode: false });
}

async function* entries(
  bundle: VerifiedBundle,
  manifest: ImageManifest,
  reference: string,
  onBytes?: (count: number) => void,
): AsyncGenerator<Buffer> {
  const layers = manifest.layers.map(({ digest }) => blobPath(digest));
  const listing = [{ Config: blobPath(manifest.config.digest), RepoTags: [reference], Layers: layers }];
  const json = Buffer.from(JSON.stringify(listing));
  yield header('manifest.json', json.length);
  yield json;
  yield padding(json.length);
  for (const blob of distinct([manifest.config, ...manifest.layers])) {
    const path = verifiedBlob(bundle, blob.digest);
    const { size } = bundle.file(path);
    yield header(path, size);
    for await (const chunk of bundle.open(path) as AsyncIterable<Buffer>) {
      onBytes?.(chunk.length);
      yield chunk;
    }
    yield padding(size);
  }
  // two blocks of zeros end an archive (POSIX.1-2017, pax, "ustar Interchange Format")
  yield Buffer.alloc(2 * blockSize);
}

/** An image may name a layer twice (the empty one, for example); the archive holds it once. */
function distinct(blobs: readonly Descriptor[]): Descriptor[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  const fields = { path, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'File' } as const;
  const needsMore = new Header(fields).encode(block, 0);
  if (needsMore) throw new Error(`${path} does not fit into a tar header`);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}
