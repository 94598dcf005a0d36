/** Bounds on what an image source may make us read; beyond them it is SOURCE_FORMAT. Bytes where not said otherwise. */
export const sourceLimits = {
  /** Entries of an archive (count). */
  entries: 100_000,
  /** One manifest, index or image configuration. */
  documentBytes: 8 * 1024 * 1024,
  /** All of them together: they are kept in memory. */
  documentsBytes: 128 * 1024 * 1024,
  /** Extended headers of tar (PAX). */
  tarMetaBytes: 64 * 1024,
  layerUnpackedBytes: 256 * 1024 ** 3,
  /** What compressed data may unpack to, by factor; looked at only beyond `freeUnpackedBytes`. */
  ratio: 2000,
  freeUnpackedBytes: 512 * 1024 ** 2,
  /** Links from link to link inside an archive (count). */
  aliasDepth: 8,
  /** Indexes inside indexes (levels). */
  indexDepth: 3,
} as const;
