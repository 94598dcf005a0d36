import type { GgufHeader } from '../base/gguf/types.ts';

/** llama.cpp's default cache type is F16, for keys and for values. */
const cacheElementBytes = 2;

/** llama.cpp rounds the cache up to a multiple of this many tokens. */
export const contextStep = 256;

/**
 * Bytes of KV cache per block: n_ctx · n_kv_heads · (k_dim + v_dim) · bytes per element. An upper bound for models with sliding
 * windows or recurrent blocks, whose real cache is smaller.
 */
export function kvBytesByBlock(
  header: Pick<GgufHeader, 'blockCount' | 'headCountKv' | 'headCountKvByLayer' | 'keyLength' | 'valueLength'>,
  nCtx: number,
): number[] {
  const headBytes = ((header.keyLength ?? 0) + (header.valueLength ?? 0)) * cacheElementBytes;
  return Array.from({ length: header.blockCount ?? 0 }, (_, block) => {
    const heads = header.headCountKvByLayer?.[block] ?? header.headCountKv ?? 0;
    return nCtx * heads * headBytes;
  });
}
