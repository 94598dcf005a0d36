import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { readChunkBytes, sha256 } from '../../installer/base/hash.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { detectCompression, isCutOff, isZlibError } from './compression.ts';
import { decompress } from './decompress.ts';
import { ingestLayer, type LayerCompression, type StoredLayer } from './ingest-layer.ts';
import { sourceLimits } from './limits.ts';
import { peekStart } from './peek-start.ts';
import { readTar, type TarEntry } from './read-tar.ts';
import { type SourceContent, sourcePath } from './source-content.ts';
import { sourceError, truncatedSource } from './source-error.ts';
import { UnpackGuard } from './unpack-guard.ts';

type Content =
  | { kind: 'document'; bytes: Buffer }
  | { kind: 'layer'; layer: StoredLayer }
  | { kind: 'link'; target: string };

export interface ArchiveOptions {
  compress: LayerCompression;
}

/**
 * Reads an image archive once, front to back (a compressed one cannot be read otherwise, and what is needed stands at its
 * end): documents are kept, layers go straight into their blobs. What no image turns out to need is removed by the caller.
 * `name` is for messages.
 */
export async function readArchive(
  name: string,
  source: AsyncIterable<Uint8Array>,
  output: BundleOutput,
  options: ArchiveOptions,
): Promise<SourceContent> {
  const contents = new Map<string, Content>();
  let documentBytes = 0;
  await readTar(name, unpacked(name, source), async (entry) => {
    const path = sourcePath(name, entry.path);
    if (contents.has(path)) throw sourceError(name, `duplicate ${path}`);
    const content = await readEntry(name, path, entry, output, options);
    if (content.kind === 'document') documentBytes += content.bytes.length;
    if (documentBytes > sourceLimits.documentsBytes) throw sourceError(name, 'size of all documents');
    contents.set(path, content);
  });
  return archiveContent(name, contents, output, options);
}

/** A file's bytes, counted as they are read. */
export async function* fileBytes(
  file: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (count: number) => void },
): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { highWaterMark: readChunkBytes, signal });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/**
 * What a stream holds, unpacked where it is gzip or zstd. Throws SOURCE_TRUNCATED, and SOURCE_FORMAT for a bomb and for what does not
 * unpack. `expected`: bytes that come out at most, where that is known.
 */
export async function* unpacked(
  name: string,
  source: AsyncIterable<Uint8Array>,
  expected?: number,
): AsyncGenerator<Buffer> {
  const guard = new UnpackGuard(name, expected);
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      guard.in(chunk.length);
      yield chunk;
    }
  };
  const { start, all } = await peekStart(counted(), 4);
  const compression = detectCompression(start);
  if (compression === 'none') {
    yield* all;
    return;
  }
  try {
    for await (const chunk of decompress(compression, all)) {
      guard.out(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (isCutOff(error)) throw truncatedSource(name, compression, { found: `${guard.packed} bytes`, cause: error });
    throw isZlibError(error) ? sourceError(name, compression, { cause: error }) : error;
  }
}

async function readEntry(
  file: string,
  path: string,
  entry: TarEntry,
  output: BundleOutput,
  { compress }: ArchiveOptions,
): Promise<Content> {
  if (entry.type === 'link') {
    const target = entry.target.startsWith('/') ? entry.target : posix.join(posix.dirname(path), entry.target);
    return { kind: 'link', target: sourcePath(file, target) };
  }
  const { start, all } = await peekStart(entry.content, 512);
  const content = isDocument(start, entry.size)
    ? { kind: 'document' as const, bytes: await collect(all) }
    : {
        kind: 'layer' as const,
        layer: await ingestLayer(output, { name: file, size: entry.size, content: all, compress }),
      };
  requireBlobName(file, path, content.kind === 'document' ? sha256(content.bytes) : content.layer.sourceDigest);
  return content;
}

/** JSON and the one-line files of the legacy layout; a tar has at least one block of 512 bytes and its magic at 257. */
function isDocument(start: Buffer, size: number): boolean {
  if (size < 512) return true;
  const first = start.toString('latin1', 0, 1);
  const isTar = start.toString('latin1', 257, 262) === 'ustar';
  return (first === '{' || first === '[') && !isTar && size <= sourceLimits.documentBytes;
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** In an OCI layout a blob's name is its digest, in the legacy layout a configuration's is. */
function requireBlobName(file: string, path: string, digest: string): void {
  const [, named] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(path) ?? [];
  if (named !== undefined && `sha256:${named}` !== digest) {
    throw sourceError(file, `digest of ${path}`, { expected: `sha256:${named}`, found: digest });
  }
}

function archiveContent(
  name: string,
  contents: ReadonlyMap<string, Content>,
  output: BundleOutput,
  { compress }: ArchiveOptions,
): SourceContent {
  const find = (raw: string): Content | undefined => {
    let path = sourcePath(name, raw);
    for (let step = 0; step <= sourceLimits.aliasDepth; step++) {
      const content = contents.get(path);
      if (content?.kind !== 'link') return content;
      path = content.target;
    }
    throw sourceError(name, `links of ${raw}`);
  };
  return {
    name,
    async document(path) {
      const content = find(path);
      if (content?.kind === 'layer') throw sourceError(name, `${path} is no JSON document`);
      return content?.kind === 'document' ? content.bytes : undefined;
    },
    async layer(path) {
      const content = find(path);
      if (content?.kind === 'layer') return content.layer;
      // it only looked like a document
      if (content?.kind !== 'document') return undefined;
      const { bytes } = content;
      return ingestLayer(output, { name, size: bytes.length, content: Readable.from([bytes]), compress });
    },
  };
}
