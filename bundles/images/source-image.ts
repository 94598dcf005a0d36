import type { StoredImage } from './assemble-image.ts';

/** An image that a source has. */
export interface SourceImage {
  /** Its references, as the source writes them. */
  refs: readonly string[];
  /** Puts its blobs into the bundle. */
  store(): Promise<StoredImage>;
}
