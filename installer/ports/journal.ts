import type { Digest } from '../contract/digest.ts';
import type { Action, Artifact, EngineEvent, Outcome } from '../contract/events.ts';
import type { MadeThing } from './step.ts';

/** A run as the journal keeps it. Times are milliseconds since the Unix epoch. */
export interface RunRow {
  id: string;
  action: Action;
  startedAt: number;
  finishedAt: number | null;
  /** null: still running, or the process died. */
  outcome: Outcome | null;
  /** Who asked: the login name behind sudo where there is one. */
  user: string;
  host: string;
  /** The bundle's identity, once it was verified. */
  manifestDigest: Digest | null;
  product: string | null;
  release: number | null;
}

/** A step of a run: intent is written before the work, outcome after it. */
export interface StepRow {
  run: string;
  step: string;
  startedAt: number;
  finishedAt: number | null;
  outcome: Outcome | null;
}

/** An event as stored, with the hash that chains it to the one before (base/chain.ts). */
export interface EventRow {
  event: EngineEvent;
  hash: Digest;
}

/** Something that a run put onto the machine, or was about to: see `MadeThing`. */
export interface MadeRow extends MadeThing {
  id: number;
  run: string;
  /** `open`: the install that made it has not come to its end; `standing`: it has, or an uninstall kept it. */
  state: 'open' | 'standing';
}

/** A root document that this site has trusted, as it was read. */
export interface TrustedRoot {
  version: number;
  digest: Digest;
  bytes: Buffer;
}

/** A deliberate replacement of the trusted root. `at`: milliseconds since the Unix epoch. */
export interface RootReplacement {
  run: string;
  at: number;
  /** Login name. */
  who: string;
  /** null: the site remembered no root's document. */
  old: Digest | null;
  new: Digest;
}

/**
 * The installer's memory on the site: durable before each call returns (WAL, synchronous FULL), events append-only.
 * One process at a time: opening a journal that another process holds is DATA_DIR_BUSY.
 */
export interface Journal {
  beginRun(run: Pick<RunRow, 'id' | 'action' | 'startedAt' | 'user' | 'host'>): void;
  identifyBundle(run: string, bundle: { manifestDigest: Digest; product: string; release: number }): void;
  finishRun(run: string, outcome: Outcome, at: number): void;
  stepIntent(run: string, step: string, at: number): void;
  stepOutcome(run: string, step: string, outcome: Outcome, at: number): void;
  artifact(run: string, artifact: Artifact): void;
  /** Written before the thing is made, and only where it was not there before. */
  making(run: string, thing: MadeThing, at: number): void;
  /** All that was made and not taken away, oldest first. */
  made(): MadeRow[];
  /** It was taken away. */
  gone(id: number): void;
  /** What day two must know of what this run placed, as JSON text; written before the stack starts. */
  recordInstallation(run: string, document: string): void;
  /** The newest install's record that no uninstall follows, whether that install came to its end or not. */
  installation(): { run: string; document: string } | undefined;
  /** The newest record of any install, also when an uninstall follows: what that one kept is still described there. */
  lastInstallation(): { run: string; document: string } | undefined;
  /** Appends to the run's chain; `event.seq` must be the next one. */
  append(event: EngineEvent): Digest;
  /** Newest first. */
  runs(limit: number): RunRow[];
  run(id: string): RunRow | undefined;
  steps(run: string): StepRow[];
  events(run: string, afterSeq?: number): EventRow[];
  artifacts(run: string): Artifact[];
  /** The newest finished install that is not followed by an uninstall. */
  installed(): RunRow | undefined;
  /** The highest release ever started here; null before the first. Never goes down. */
  highWaterMark(): number | null;
  /** Raises the mark; a release below it changes nothing. */
  raiseHighWaterMark(release: number): void;
  /** The newest root that was ever trusted here, whatever is installed now; undefined before the first. */
  trustedRoot(): TrustedRoot | undefined;
  /** The root's version that an older installer followed here, which did not keep the document; null: it followed none. */
  knownRootVersion(): number | null;
  /** Remembers a root beyond every uninstall; only a higher version than the newest one can be added. */
  trustRoot(root: TrustedRoot, at: number): void;
  /** Puts a root of any version in the newest one's place; `run` is the unfinished run of the action `replaceRoot` that does it. */
  replaceRoot(root: TrustedRoot, run: string, at: number): void;
  /** Every such replacement, oldest first. */
  rootReplacements(): RootReplacement[];
  /** This data directory's own id (32 hexadecimal digits), made with the journal: marks what this installation makes on the machine. */
  siteId(): string;
  close(): void;
}
