import type { Readable } from 'node:stream';

/** A running engine as a source of images, for the vendor's side. */
export interface ImageExport {
  /**
   * One `docker save` archive of all these references, as the engine writes it: nothing is kept on disk on the way. Rejects
   * with SOURCE_UNREADABLE where the engine lacks one of them, ENGINE_UNREACHABLE, ENGINE_REFUSED.
   */
  export(refs: readonly string[], signal: AbortSignal): Promise<Readable>;
}
