import { sbomLimits } from '../../installer/contract/sbom.ts';

/** Bounds on what an image source may make us read; beyond them it is SOURCE_FORMAT. Bytes where not said otherwise. */
export const sourceLimits = {
  /** Entries of an archive (count). */
  entries: 50_000,
  /** One manifest, index or image configuration. */
  documentBytes: 8 * 1024 * 1024,
  /** All of them together: they are kept in memory. */
  documentsBytes: 64 * 1024 * 1024,
  /** A registry's answer to a request for a token. */
  tokenBytes: 256 * 1024,
  /** Extended headers of tar (PAX). */
  tarMetaBytes: 64 * 1024,
  layerUnpackedBytes: 256 * 1024 ** 3,
  /** What compressed data may unpack to, by factor; looked at only beyond `freeUnpackedBytes`. Below gzip's own end, 1032. */
  ratio: 500,
  freeUnpackedBytes: 2 * 1024 ** 3,
  /** Links from link to link inside an archive (count). */
  aliasDepth: 8,
  /** Entries of a layer (count), those of them that hide others, and those that name packages. */
  layerEntries: 4_000_000,
  layerWhiteouts: 100_000,
  layerPackageFiles: 20_000,
  /** One package database of an image (dpkg, apk), and of Python's METADATA the beginning. */
  packageDatabaseBytes: 32 * 1024 * 1024,
  packageMetadataBytes: 64 * 1024,
  /** Packages that one layer's databases name (count): as many as one SBOM may list. */
  components: sbomLimits.components,
  /** Indexes inside indexes (levels). */
  indexDepth: 3,
} as const;
