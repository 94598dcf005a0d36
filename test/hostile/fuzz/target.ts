import type { Random } from '../../fixtures/random.ts';

/** A reader under fuzz: makes inputs out of randomness, and reads them. */
export interface FuzzTarget {
  readonly name: string;
  /** Bytes the same for the same randomness; this is what a reproducer holds. */
  make(random: Random): Buffer | Promise<Buffer>;
  /**
   * Reads one input. Ends silently for what is refused with an InstallerError (or the reader's own declared error) and for
   * what is rightly taken; throws for everything else: a crash, or a value that must never come out.
   */
  read(input: Buffer): void | Promise<void>;
  /** At the end: throws where something lies on disk that it did not put there. */
  close?(): Promise<void>;
}

/** What a target throws where a reader took what it must not take. */
export class Unsound extends Error {
  override readonly name = 'Unsound';
}
