/** Bounds on what is read before anything is trusted, in bytes where not said otherwise. */
export const trustLimits = {
  signatureBytes: 4096,
  /** Signature files per signed document (count). */
  signatures: 64,
  rootBytes: 64 * 1024,
  manifestBytes: 64 * 1024 * 1024,
  /** An OCI manifest or index; registries refuse larger ones than 4 MiB. */
  imageManifestBytes: 4 * 1024 * 1024,
  /** An index may hold indexes (levels). */
  indexDepth: 3,
} as const;
