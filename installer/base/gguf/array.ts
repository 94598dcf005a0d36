import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import { type NumberTypeName, readNumber } from './number.ts';
import type { GgufSummarised } from './types.ts';
import { readValueType } from './value-type.ts';
import { type ValueTypeName, valueSize } from './value-types.ts';

/**
 * An array's numbers when they are few, else its element type and length. Its bytes are walked or stepped over in any case. Arrays in
 * arrays, which the specification allows, are GGUF_MALFORMED as they are to llama.cpp.
 */
export async function readArray(cursor: HeaderCursor, field: string): Promise<readonly number[] | GgufSummarised> {
  const offset = cursor.offset;
  const of = await readValueType(cursor, field);
  if (of === 'array') throw ggufFailure('GGUF_MALFORMED', field, offset, 'no array in an array', of);
  await cursor.need(8, field);
  const length = cursor.u64();
  if (length > ggufLimits.arrayLength) {
    throw ggufFailure('GGUF_LIMIT', field, offset, `≤ ${ggufLimits.arrayLength}`, length);
  }
  // a string takes the eight bytes of its length at least
  cursor.claim(length * (of === 'string' ? 8 : valueSize(of)), field);
  if (of === 'string') {
    await stepOverStrings(cursor, length, field);
  } else if (isNumber(of) && length <= ggufLimits.keptArrayLength) {
    return readNumbers(cursor, of, length, field);
  } else {
    cursor.skip(length * valueSize(of), field);
  }
  return { type: 'array', of, length };
}

function isNumber(type: ValueTypeName): type is NumberTypeName {
  return type !== 'bool' && type !== 'string' && type !== 'array';
}

async function readNumbers(
  cursor: HeaderCursor,
  type: NumberTypeName,
  length: number,
  field: string,
): Promise<number[]> {
  await cursor.need(length * valueSize(type), field);
  // Number(): an integer beyond 2^53 in an array loses its last digits, which nothing here asks for
  return Array.from({ length }, () => Number(readNumber(cursor, type)));
}

async function stepOverStrings(cursor: HeaderCursor, count: number, field: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (!cursor.has(8)) await cursor.need(8, field);
    const length = cursor.u64();
    if (length > ggufLimits.stringBytes) {
      throw ggufFailure('GGUF_LIMIT', field, cursor.offset - 8, `≤ ${ggufLimits.stringBytes}`, length);
    }
    cursor.skip(length, field);
  }
}
