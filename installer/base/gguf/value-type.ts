import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { type ValueTypeName, valueTypeName } from './value-types.ts';

/** The type number in front of a value or of an array's elements. */
export async function readValueType(cursor: HeaderCursor, field: string): Promise<ValueTypeName> {
  const offset = cursor.offset;
  await cursor.need(4, field);
  const number = cursor.u32();
  const name = valueTypeName(number);
  if (name === undefined) throw ggufFailure('GGUF_MALFORMED', field, offset, 'a value type 0 to 12', number);
  return name;
}
