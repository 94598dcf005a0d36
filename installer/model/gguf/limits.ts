const mebibyte = 1024 * 1024;

/**
 * What a header may ask for at most. The largest public models stay an order of magnitude below each (2026: vocabularies of
 * 262,144 tokens with 15 MiB of header, 2,000 tensors, 60 keys, chat templates of 50 KiB), so that whatever is above was
 * made to exhaust a reader.
 */
export const ggufLimits = {
  /** Everything before the tensor data, bytes. */
  headerBytes: 64 * mebibyte,
  metadataKeys: 4096,
  tensors: 65_536,
  /** The spec allows 65,535 bytes; nobody comes near. */
  keyBytes: 512,
  /** A string value or an array's element, bytes. */
  stringBytes: mebibyte,
  /** Elements of one array. */
  arrayLength: 4 * mebibyte,
  /** Arrays within arrays: the spec has no bound, ggml takes none. */
  arrayDepth: 3,
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
