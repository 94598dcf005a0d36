import type { BundleFile, BundleManifest } from '../contract/manifest.ts';

/** A file as it lies on the medium: a listed file, or one part of it. */
export interface StoredFile {
  path: string;
  size: number;
  digest: string;
}

/** What of a listed file lies on the medium, in order. */
export function storedAs(file: BundleFile): readonly StoredFile[] {
  return file.parts ?? [file];
}

export function allStored(manifest: BundleManifest): StoredFile[] {
  return manifest.files.flatMap((file) => [...storedAs(file)]);
}
