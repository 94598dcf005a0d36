/** A mounted file system that may be a stick. */
export interface MountedMedium {
  mountPoint: string;
  fileSystem: string;
  readOnly: boolean;
  /** Bytes of the whole file system; null where it could not be asked. */
  sizeBytes: number | null;
}

/** A folder on a medium that holds a file bundle.json. */
export interface BundlePlace {
  dir: string;
  medium: MountedMedium;
}

/** Looks for bundles on what is mounted. Reads names only, follows no links, and ends in bounded time. */
export interface MediaScan {
  find(signal?: AbortSignal): Promise<BundlePlace[]>;
}
