import { ggufFailure } from './failure.ts';
import { ggufLimits } from './limits.ts';
import { printable } from './printable.ts';
import type { GgufEntry, GgufTensor } from './types.ts';

const defaultAlignment = 32;

/** general.alignment: a uint32, and a power of two (ggml); that it be a multiple of 8 is in the specification only. */
export function alignmentOf(metadata: ReadonlyMap<string, GgufEntry>, offset: number): number {
  const entry = metadata.get('general.alignment');
  if (entry === undefined) return defaultAlignment;
  const { type, value } = entry;
  if (type !== 'uint32' || typeof value !== 'number') {
    throw ggufFailure('GGUF_MALFORMED', 'general.alignment', offset, 'a uint32', type);
  }
  if (value > ggufLimits.alignment) {
    throw ggufFailure('GGUF_LIMIT', 'general.alignment', offset, `≤ ${ggufLimits.alignment}`, value);
  }
  if (!Number.isInteger(Math.log2(value))) {
    throw ggufFailure('GGUF_MALFORMED', 'general.alignment', offset, 'a power of two', value);
  }
  return value;
}

export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/**
 * Every tensor starts where the one before it ends, padded to the alignment, and ends within the file. The spec demands the
 * alignment; the order without gaps is what ggml demands, and it rules out overlaps.
 */
export function checkLayout(
  tensors: readonly GgufTensor[],
  dataOffset: number,
  alignment: number,
  fileSize: number,
): void {
  let next = 0;
  for (const { name, offset, size } of tensors) {
    const field = `tensor ${printable(name)}`;
    if (offset % alignment !== 0 || !Number.isSafeInteger(offset)) {
      throw ggufFailure('GGUF_MALFORMED', field, dataOffset, `an offset aligned to ${alignment}`, offset);
    }
    const end = dataOffset + offset + size;
    if (end > fileSize) throw ggufFailure('GGUF_TRUNCATED', field, dataOffset, end, fileSize);
    if (offset !== next) throw ggufFailure('GGUF_MALFORMED', field, dataOffset, `offset ${next}`, offset);
    next = alignUp(offset + size, alignment);
  }
}
