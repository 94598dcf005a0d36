const mebibyte = 1024 * 1024;

/**
 * What a header may ask for at most; llama.cpp bounds none of it but strings and arrays (2^30 each). The largest public models stay
 * well below each (2026: vocabularies of 262,144 tokens with 15 MiB of header, tokenizers of 30 MiB beside them, 2,000 tensors, 60
 * keys), so that whatever is above was made to exhaust a reader.
 */
export const ggufLimits = {
  /** Everything before the tensor data, bytes. */
  headerBytes: 128 * mebibyte,
  metadataKeys: 65_536,
  tensors: 262_144,
  /** As the specification has it. */
  keyBytes: 65_535,
  /** A string value or an array's element, bytes: `tokenizer.huggingface.json` holds a whole file, of 30 MiB today. */
  stringBytes: 64 * mebibyte,
  /** Elements of one array. */
  arrayLength: 4 * mebibyte,
  alignment: mebibyte,
  /** Longer strings are reported by their length, bytes. */
  keptStringBytes: 4096,
  /** Longer number arrays (and all others) are reported by element type and length. */
  keptArrayLength: 1024,
} as const;

/** GGML_MAX_NAME is 64 with its terminating zero: ggml refuses the 64 bytes that the spec would allow. */
export const maxTensorNameBytes = 63;

/** GGML_MAX_DIMS */
export const maxDimensions = 4;
