import { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { architectureOf, countOf, countsOf, textOf, vocabSizeOf } from './hyperparameters.ts';
import { alignmentOf, alignUp, checkLayout } from './layout.ts';
import { readMetadata } from './metadata.ts';
import type { GgufSource } from './source.ts';
import { boundedCount, readTensors } from './tensors.ts';
import type { GgufHeader, GgufSummary } from './types.ts';

const magic = 'GGUF';
const supportedVersions = [2, 3];

/**
 * Reads a GGUF header, versions 2 and 3, little-endian: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * `fileSize` is the whole file's, bytes; only the part before the tensor data is read. Errors: GGUF_NOT_A_GGUF,
 * GGUF_UNSUPPORTED (version, byte order, tensor type, split file, no tensors), GGUF_LIMIT, GGUF_TRUNCATED, GGUF_MALFORMED.
 */
export async function readGguf(source: GgufSource, fileSize: number): Promise<GgufHeader> {
  const cursor = new HeaderCursor(source, fileSize);
  const version = await readVersion(cursor);
  await cursor.need(16, 'tensor_count');
  const tensorCount = boundedCount(cursor.u64(), 'tensor_count', 8);
  const keyCount = boundedCount(cursor.u64(), 'metadata_kv_count', 16);
  const metadata = await readMetadata(cursor, keyCount);
  const tensors = await readTensors(cursor, tensorCount);
  const end = cursor.offset;

  const alignment = alignmentOf(metadata, end);
  const architecture = architectureOf(metadata, end);
  const parts = countOf(metadata, 'split.count', end);
  if (parts !== null && parts > 1) {
    throw ggufFailure('GGUF_UNSUPPORTED', 'split.count', end, 'a model in one file', `${parts} files`);
  }
  if (tensors.length === 0) throw ggufFailure('GGUF_UNSUPPORTED', 'tensor_count', 8, 'a model with weights', 0);
  const dataOffset = alignUp(end, alignment);
  checkLayout(tensors, dataOffset, alignment, fileSize);

  const number = (key: string): number | null => countOf(metadata, `${architecture}.${key}`, end);
  const embeddingLength = number('embedding_length');
  const headCount = countsOf(metadata, `${architecture}.attention.head_count`, end).all;
  const headCountKv = countsOf(metadata, `${architecture}.attention.head_count_kv`, end);
  const headLength = embeddingLength !== null && headCount ? Math.floor(embeddingLength / headCount) : null;
  return {
    version,
    architecture,
    name: textOf(metadata, 'general.name'),
    contextLength: number('context_length'),
    blockCount: countOf(metadata, `${architecture}.block_count`, end, 65_536),
    embeddingLength,
    headCount,
    headCountKv: headCountKv.all ?? headCount,
    headCountKvByLayer: headCountKv.byLayer,
    keyLength: number('attention.key_length') ?? headLength,
    valueLength: number('attention.value_length') ?? headLength,
    ropeDim: number('rope.dimension_count'),
    vocabSize: vocabSizeOf(metadata, architecture, tensors, end),
    fileType: countOf(metadata, 'general.file_type', end),
    parameterCount: tensors.reduce((sum, tensor) => sum + tensor.elements, 0),
    tensorCount,
    tensorBytes: tensors.reduce((sum, tensor) => sum + tensor.size, 0),
    dataOffset,
    alignment,
    metadata,
    tensors,
  };
}

/** magic and version; a byte-swapped version is the only sign of a big-endian file. */
async function readVersion(cursor: HeaderCursor): Promise<number> {
  const start = Math.min(4, cursor.fileSize);
  await cursor.need(start, 'magic');
  const found = cursor.bytes(start);
  if (found.toString('latin1') !== magic) {
    throw ggufFailure('GGUF_NOT_A_GGUF', 'magic', 0, magic, found.length === 0 ? 'empty' : found.toString('hex'));
  }
  await cursor.need(4, 'version');
  const version = cursor.u32();
  if (supportedVersions.includes(version)) return version;
  const swapped = Buffer.from(Uint32Array.of(version).buffer).readUInt32BE();
  const meaning = supportedVersions.includes(swapped) ? `${swapped}, big-endian` : String(version);
  throw ggufFailure('GGUF_UNSUPPORTED', 'version', 4, '2 or 3', meaning);
}

/** The numbers of a header without its lists, for journal and report. */
export function summarise(header: GgufHeader): GgufSummary {
  const { metadata: _metadata, tensors: _tensors, headCountKvByLayer: _byLayer, ...summary } = header;
  return summary;
}
