import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { ggufLimits, maxDimensions, maxTensorNameBytes } from './limits.ts';
import { printable } from './printable.ts';
import { tensorType } from './tensor-types.ts';
import type { GgufTensor } from './types.ts';

/**
 * gguf_tensor_info_t × count; where they lie is checked by layout.ts. A name may be empty and hold any bytes but zero, as for
 * llama.cpp; `name` has them as latin1. GGUF_MALFORMED, GGUF_UNSUPPORTED, GGUF_LIMIT.
 */
export async function readTensors(cursor: HeaderCursor, count: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const name = await readName(cursor, index);
    const field = `tensor ${printable(name)}`;
    if (names.has(name)) {
      throw ggufFailure('GGUF_MALFORMED', field, cursor.offset, 'each name once', 'a second one');
    }
    names.add(name);
    tensors.push(await readTensor(cursor, name, field));
  }
  return tensors;
}

async function readName(cursor: HeaderCursor, index: number): Promise<string> {
  const field = `tensor name ${index}`;
  const offset = cursor.offset;
  await cursor.need(8, field);
  const length = cursor.u64();
  if (length > maxTensorNameBytes) {
    throw ggufFailure('GGUF_LIMIT', field, offset, `≤ ${maxTensorNameBytes}`, length);
  }
  await cursor.need(length, field);
  const name = cursor.bytes(length).toString('latin1');
  // ggml compares names as C strings: a zero byte would make two different names one
  if (name.includes('\0')) {
    throw ggufFailure('GGUF_MALFORMED', field, offset, 'a name without zero bytes', JSON.stringify(printable(name)));
  }
  return name;
}

async function readTensor(cursor: HeaderCursor, name: string, field: string): Promise<GgufTensor> {
  const start = cursor.offset;
  await cursor.need(4, field);
  const dimensions = cursor.u32();
  if (dimensions > maxDimensions) {
    throw ggufFailure('GGUF_MALFORMED', field, start, `0 to ${maxDimensions} dimensions`, dimensions);
  }
  await cursor.need(dimensions * 8 + 12, field);
  const dims = Array.from({ length: dimensions }, () => cursor.u64());
  // doubles multiply without wrapping: a product beyond 2^53 stays beyond it; a dimension of 0 makes a tensor of nothing
  const elements = dims.reduce((product, length) => product * length, 1);
  if (elements > Number.MAX_SAFE_INTEGER || dims.some((length) => length >= 2 ** 63)) {
    throw ggufFailure('GGUF_MALFORMED', field, start, '0 to 2^53 elements', `dimensions ${dims.join(' × ')}`);
  }
  const number = cursor.u32();
  const type = tensorType(number);
  if (type === undefined) throw ggufFailure('GGUF_UNSUPPORTED', field, start, 'a known ggml type', number);
  const row = dims[0] ?? 1;
  if (row % type.block !== 0) {
    throw ggufFailure('GGUF_MALFORMED', field, start, `rows of whole ${type.name} blocks (${type.block})`, row);
  }
  const size = (elements / type.block) * type.bytes;
  return { name, dims, type: type.name, offset: cursor.u64(), size, elements };
}

/** Bounds a header's count; `what` as the spec names it. */
export function boundedCount(count: number, what: 'tensor_count' | 'metadata_kv_count', offset: number): number {
  const limit = what === 'tensor_count' ? ggufLimits.tensors : ggufLimits.metadataKeys;
  if (count > limit) throw ggufFailure('GGUF_LIMIT', what, offset, `≤ ${limit}`, count);
  return count;
}
