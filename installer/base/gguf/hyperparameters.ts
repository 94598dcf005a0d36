import { ggufFailure } from './failure.ts';
import type { GgufEntry, GgufTensor } from './types.ts';

type Metadata = ReadonlyMap<string, GgufEntry>;

const architecturePattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Larger values in a header are lies: they only serve to overflow what is computed from them. */
const largest = { length: 2 ** 31, count: 65_536 } as const;

/** general.architecture, the one key that every file must have. */
export function architectureOf(metadata: Metadata, offset: number): string {
  const value = metadata.get('general.architecture')?.value;
  if (typeof value !== 'string' || !architecturePattern.test(value)) {
    const found = value === undefined ? 'none' : 'something else';
    throw ggufFailure('GGUF_MALFORMED', 'general.architecture', offset, 'the name of an architecture', found);
  }
  return value;
}

export function textOf(metadata: Metadata, key: string): string | null {
  const value = metadata.get(key)?.value;
  return typeof value === 'string' ? value.slice(0, 256) : null;
}

/** A whole number within its bound, null where the key is absent; GGUF_MALFORMED for anything else. */
export function countOf(metadata: Metadata, key: string, offset: number, most: number = largest.length): number | null {
  const value = metadata.get(key)?.value;
  if (value === undefined) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    const found = typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, 64) : 'another type';
    throw ggufFailure('GGUF_MALFORMED', key, offset, `a whole number up to ${most}`, found);
  }
  return value;
}

/** A count that some architectures give per layer. */
export function countsOf(
  metadata: Metadata,
  key: string,
  offset: number,
): { all: number | null; byLayer: readonly number[] | null } {
  const value = metadata.get(key)?.value;
  if (!isNumbers(value)) return { all: countOf(metadata, key, offset, largest.count), byLayer: null };
  if (value.some((count) => !Number.isInteger(count) || count < 0 || count > largest.count)) {
    throw ggufFailure('GGUF_MALFORMED', key, offset, `whole numbers up to ${largest.count}`, 'others');
  }
  return { all: Math.max(0, ...value), byLayer: value };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}

/** `<arch>.vocab_size`, else the tokenizer's own length, else the rows of the embedding. */
export function vocabSizeOf(
  metadata: Metadata,
  architecture: string,
  tensors: readonly GgufTensor[],
  offset: number,
): number | null {
  const stated = countOf(metadata, `${architecture}.vocab_size`, offset);
  if (stated !== null) return stated;
  const tokens = metadata.get('tokenizer.ggml.tokens')?.value;
  if (typeof tokens === 'object' && 'type' in tokens) return tokens.length;
  return tensors.find((tensor) => tensor.name === 'token_embd.weight')?.dims[1] ?? null;
}
