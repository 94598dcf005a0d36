import type { Readable } from 'node:stream';

/** A bundle's directory on a medium, opened read-only. Nothing in it is trusted. */
export interface Media {
  readonly dir: string;
  /** All regular files below the directory, relative POSIX paths; anything that is no file or folder is an error. */
  list(): Promise<readonly { path: string; size: number }[]>;
  /** The whole content of a small file; BUNDLE_FILE_MISSING, BUNDLE_FILE_SIZE above `maxBytes`. Follows no links. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** A stream over `[start, end)` bytes of a file, the whole of it by default. Follows no links. */
  stream(path: string, range?: { start: number; end: number }): Readable;
}
