import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import { printable } from './printable.ts';
import type { GgufEntry } from './types.ts';
import { readValue } from './value.ts';
import { readValueType } from './value-type.ts';

/**
 * metadata_kv[metadata_kv_count], by key: its bytes as latin1, so that two keys are never taken for one. The specification wants keys
 * in lower_snake_case; llama.cpp takes all but the empty one, and so does this reader, but for a zero byte: a C string ends there, and
 * two keys would be one. GGUF_MALFORMED, GGUF_LIMIT, GGUF_TRUNCATED.
 */
export async function readMetadata(cursor: HeaderCursor, count: number): Promise<Map<string, GgufEntry>> {
  const metadata = new Map<string, GgufEntry>();
  for (let index = 0; index < count; index++) {
    const key = await readKey(cursor, index);
    if (metadata.has(key)) {
      throw ggufFailure(
        'GGUF_MALFORMED',
        `metadata key ${printable(key)}`,
        cursor.offset,
        'each key once',
        'a second one',
      );
    }
    const field = `metadata value ${printable(key)}`;
    const type = await readValueType(cursor, field);
    metadata.set(key, { type, value: await readValue(cursor, type, field) });
  }
  return metadata;
}

async function readKey(cursor: HeaderCursor, index: number): Promise<string> {
  const field = `metadata key ${index}`;
  const offset = cursor.offset;
  await cursor.need(8, field);
  const length = cursor.u64();
  if (length > ggufLimits.keyBytes) {
    throw ggufFailure('GGUF_LIMIT', field, offset, `≤ ${ggufLimits.keyBytes}`, length);
  }
  await cursor.need(length, field);
  const key = cursor.bytes(length).toString('latin1');
  if (key === '' || key.includes('\0')) {
    throw ggufFailure('GGUF_MALFORMED', field, offset, 'a key without zero bytes', JSON.stringify(printable(key)));
  }
  return key;
}
