import type { HeaderCursor } from './cursor.ts';
import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import type { GgufEntry } from './types.ts';
import { readValue } from './value.ts';
import { readValueType } from './value-type.ts';

/** Spec: ASCII, hierarchical, lower_snake_case; architectures like `gpt-oss` and imatrix keys add `-` and capitals. */
const keyPattern = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** metadata_kv[metadata_kv_count]; GGUF_MALFORMED, GGUF_LIMIT, GGUF_TRUNCATED. */
export async function readMetadata(cursor: HeaderCursor, count: number): Promise<Map<string, GgufEntry>> {
  const metadata = new Map<string, GgufEntry>();
  for (let index = 0; index < count; index++) {
    const key = await readKey(cursor, index);
    if (metadata.has(key)) {
      throw ggufFailure('GGUF_MALFORMED', `metadata key ${key}`, cursor.offset, 'each key once', 'a second one');
    }
    const field = `metadata value ${key}`;
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
  if (!keyPattern.test(key)) {
    throw ggufFailure('GGUF_MALFORMED', field, offset, 'a lower_snake_case key', JSON.stringify(key.slice(0, 64)));
  }
  return key;
}
