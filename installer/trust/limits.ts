/** Bounds on what is read before anything is trusted, in bytes where not said otherwise. */
export const trustLimits = {
  signatureBytes: 4096,
  /** Signature files per signed document (count). */
  signatures: 64,
  rootBytes: 64 * 1024,
  /** Rotations that one medium may lead through (count). */
  rootRotations: 64,
  manifestBytes: 64 * 1024 * 1024,
  /** An OCI manifest or index; registries refuse larger ones than 4 MiB. */
  imageManifestBytes: 4 * 1024 * 1024,
  /** An index may hold indexes (levels). */
  indexDepth: 3,
  /** How far a release may be above the highest one ever installed here, and above 0 on a new site (counts). */
  releaseLeap: 1_000_000_000,
  firstRelease: 1_000_000_000_000,
} as const;
