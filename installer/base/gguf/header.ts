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
 * GGUF_UNSUPPORTED (version, byte order, tensor type, no tensors), GGUF_SPLIT, GGUF_NOT_THE_MODEL, GGUF_LIMIT, GGUF_TRUNCATED,
 * GGUF_MALFORMED. What is valid is what llama.cpp loads, within ggufLimits (test/model/llama-agreement.test.ts).
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
  requireWhole(metadata, end);
  const architecture = architectureOf(metadata, end);
  requireModel(metadata, architecture, end);
  requireTokenizer(metadata, end);
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

/** Parts of a split model but for the first name no architecture: this is asked before anything else is. */
function requireWhole(metadata: GgufHeader['metadata'], offset: number): void {
  const count = metadata.get('split.count');
  if (count !== undefined && count.type !== 'uint16') {
    throw ggufFailure('GGUF_MALFORMED', 'split.count', offset, 'a uint16', count.type);
  }
  const parts = countOf(metadata, 'split.count', offset);
  if (parts === null || parts <= 1) return;
  const part = (countOf(metadata, 'split.no', offset) ?? 0) + 1;
  throw ggufFailure('GGUF_SPLIT', 'split.count', offset, 'a model in one file', `part ${part} of ${parts}`, {
    part,
    parts,
  });
}

/** What converters of llama.cpp write into general.type and general.architecture of files that are no models by themselves. */
const addedToModels: readonly string[] = ['adapter', 'mmproj', 'imatrix', 'vocab', 'clip', 'controlvector'];

function requireModel(metadata: GgufHeader['metadata'], architecture: string, offset: number): void {
  const said: [field: string, type: string | null][] = [
    ['general.type', textOf(metadata, 'general.type')],
    ['general.architecture', architecture],
  ];
  for (const [field, type] of said) {
    if (type === null || !addedToModels.includes(type)) continue;
    throw ggufFailure('GGUF_NOT_THE_MODEL', field, offset, 'model', type, { type });
  }
}

/** Which ones there are is llama.cpp's to know; without any it loads no model. */
function requireTokenizer(metadata: GgufHeader['metadata'], offset: number): void {
  const key = 'tokenizer.ggml.model';
  if (textOf(metadata, key) !== null) return;
  throw ggufFailure(
    'GGUF_MALFORMED',
    key,
    offset,
    'the name of a tokenizer',
    metadata.has(key) ? 'something else' : 'none',
  );
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
