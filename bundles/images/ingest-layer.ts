import { createHash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import { mediaTypes } from '../../installer/contract/oci.ts';
import type { BundleFileWriter } from '../writing/bundle-file-writer.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { type Compression, detectCompression, isZlibError } from './compression.ts';
import { decompress } from './decompress.ts';
import { peekStart } from './peek-start.ts';
import { sourceError } from './source-error.ts';
import { through } from './through.ts';
import { UnpackGuard } from './unpack-guard.ts';

/** zstd's own default: gzip -6's size in a fifth of its time, and the same bytes every time (one thread). */
const zstdLevel = 3;

/** gzip's own default. Other zlibs give other bytes: the same Node.js gives the same. */
const gzipLevel = 6;

/** What a layer that comes as a bare tar becomes; `none` leaves it as it is. */
export type LayerCompression = Compression;

/** A layer that now lies in the bundle as a blob. */
export interface StoredLayer {
  /** Of the bytes as the source had them. */
  sourceDigest: string;
  sourceSize: number;
  file: BundleFile;
  mediaType: string;
  /** Of the tar inside: what the image configuration names (image-spec, config.md, "Layer DiffID"). */
  diffId: string;
  unpackedSize: number;
  /** How the blob is compressed. */
  compression: Compression;
  /** True: came as a bare tar and was compressed, so blob and source digests differ. */
  recompressed: boolean;
  /** False for what is no file system layer, as an attestation's statements. */
  isTar: boolean;
}

const storedTypes: Record<Compression, string> = {
  none: mediaTypes.ociLayer,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
};

/**
 * Streams a layer of `size` bytes into its final blob: a bare tar is compressed on the way, a compressed one is kept as it is
 * and unpacked beside that only to be measured. Throws SOURCE_FORMAT where it does not unpack.
 */
export async function ingestLayer(
  output: BundleOutput,
  source: { name: string; size: number; content: AsyncIterable<Uint8Array>; compress: LayerCompression },
): Promise<StoredLayer> {
  const { start, all } = await peekStart(source.content, 4);
  const found = detectCompression(start);
  const compression = found === 'none' ? source.compress : found;
  const recompressed = found === 'none' && compression !== 'none';
  const writer = output.writer();
  try {
    const { sourceDigest, sourceSize, diffId, unpackedSize } =
      found === 'none'
        ? await compress(all, createCompress(compression, source.size), writer)
        : await measure(all, found, source.name, writer);
    if (sourceSize !== source.size) {
      throw sourceError(source.name, 'layer size', { expected: source.size, found: sourceSize });
    }
    const file = await output.commitBlob(writer);
    const mediaType = storedTypes[compression];
    return { sourceDigest, sourceSize, file, mediaType, diffId, unpackedSize, compression, recompressed, isTar: true };
  } catch (error) {
    await writer.discard();
    throw isZlibError(error) ? sourceError(source.name, `${found} layer`, { cause: error }) : error;
  }
}

interface Measured {
  sourceDigest: string;
  sourceSize: number;
  diffId: string;
  unpackedSize: number;
}

/** Undefined: the tar stays as it is. */
function createCompress(compression: Compression, size: number): Transform | undefined {
  if (compression === 'none') return undefined;
  if (compression === 'gzip') return createGzip({ level: gzipLevel });
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel, [constants.ZSTD_c_checksumFlag]: 1 };
  // the size said beforehand: zstd chooses its parameters by it
  return createZstdCompress({ params, pledgedSrcSize: size });
}

async function compress(
  all: AsyncIterable<Buffer>,
  transform: Transform | undefined,
  writer: BundleFileWriter,
): Promise<Measured> {
  const hash = createHash('sha256');
  let sourceSize = 0;
  const seen = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of all) {
      hash.update(chunk);
      sourceSize += chunk.length;
      yield chunk;
    }
  };
  if (transform === undefined) for await (const chunk of seen()) await writer.write(chunk);
  else await through(seen(), transform, (chunk) => writer.write(chunk));
  const digest = `sha256:${hash.digest('hex')}`;
  return { sourceDigest: digest, sourceSize, diffId: digest, unpackedSize: sourceSize };
}

async function measure(
  all: AsyncIterable<Buffer>,
  compression: Exclude<Compression, 'none'>,
  name: string,
  writer: BundleFileWriter,
): Promise<Measured> {
  const hash = createHash('sha256');
  const tarHash = createHash('sha256');
  const guard = new UnpackGuard(name);
  let sourceSize = 0;
  const stored = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of all) {
      hash.update(chunk);
      sourceSize += chunk.length;
      guard.in(chunk.length);
      await writer.write(chunk);
      yield chunk;
    }
  };
  for await (const chunk of decompress(compression, stored())) {
    guard.out(chunk.length);
    tarHash.update(chunk);
  }
  return {
    sourceDigest: `sha256:${hash.digest('hex')}`,
    sourceSize,
    diffId: `sha256:${tarHash.digest('hex')}`,
    unpackedSize: guard.unpacked,
  };
}
