/** Bounds on what a medium may make us read: beyond them it is no bundle of ours (BUNDLE_FORMAT). */
export const mediaLimits = {
  /** Files and folders: a manifest lists at most 100,000 files, some of them in parts. */
  entries: 250_000,
  depth: 16,
} as const;
