import { readArray } from './array.ts';
import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import { readNumber } from './number.ts';
import type { GgufValue } from './types.ts';
import { type ValueTypeName, valueSize } from './value-types.ts';

/** gguf_metadata_value_t of a known type. */
export async function readValue(cursor: HeaderCursor, type: ValueTypeName, field: string): Promise<GgufValue> {
  if (type === 'array') return readArray(cursor, field);
  if (type === 'string') return readString(cursor, field);
  await cursor.need(valueSize(type), field);
  if (type !== 'bool') return readNumber(cursor, type);
  // the specification knows 0 and 1 only; to llama.cpp, all that is not 0 is true
  return cursor.bytes(1).readUInt8() !== 0;
}

async function readString(cursor: HeaderCursor, field: string): Promise<GgufValue> {
  const offset = cursor.offset;
  await cursor.need(8, field);
  const length = cursor.u64();
  if (length > ggufLimits.stringBytes) {
    throw ggufFailure('GGUF_LIMIT', field, offset, `≤ ${ggufLimits.stringBytes}`, length);
  }
  if (length > ggufLimits.keptStringBytes) {
    cursor.skip(length, field);
    return { type: 'string', length };
  }
  await cursor.need(length, field);
  return cursor.bytes(length).toString('utf8');
}
