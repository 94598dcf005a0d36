import { InstallerError } from '../base/errors.ts';
import type { Runs } from './runs.ts';

/** Ends in good order what a face holds. Gets the fault, INTERNAL, with what was thrown as its cause. */
type End = (thrown: unknown) => Promise<void> | void;

/** How long the ending may take; then the process ends all the same (ms). */
const patienceMs = 5000;
/** Of that, how long a run's steps get to stop and its followers to hear of it (ms). */
const runPatienceMs = 3000;

const ends = new Set<End>();
let say: ((thrown: unknown) => void) | undefined;
let ending = false;

/**
 * The last resort of a process that holds an engine: an error that nobody listened to, or a promise whose failure nobody waited
 * for. Whatever was under way is then in an unknown state, so nothing goes on: each `beforeEnd` is called, `words` says it to
 * whoever reads, and the process ends with exit code 1. The last caller's words count.
 */
export function armLastResort(words: (thrown: unknown) => void): void {
  if (say === undefined) {
    // Unhandled rejections arrive here as well: https://nodejs.org/api/process.html#event-unhandledrejection
    process.on('uncaughtException', onFault);
    // Where the words are lost nothing can be said of that either.
    process.stderr.on('error', () => undefined);
  }
  say = words;
}

/** Called at such an end. Returns the function that takes it back. */
export function beforeEnd(end: End): () => void {
  ends.add(end);
  return () => {
    ends.delete(end);
  };
}

/** The run that goes on ends as failed, in the journal and for whoever follows it; its steps get a moment to stop. */
export async function breakOffRun(runs: Runs, thrown: unknown): Promise<void> {
  if (runs.breakOff(thrown) === undefined) return;
  await within(runPatienceMs, Promise.all([runs.idle(), runs.told()]));
}

function onFault(thrown: unknown): void {
  // What fails while all is ending changes nothing about the end.
  if (ending) note(thrown);
  else {
    ending = true;
    // Whatever code it bears, where it came from nobody reckoned with it.
    void endAll(new InstallerError('INTERNAL', { cause: thrown }));
  }
}

async function endAll(thrown: unknown): Promise<never> {
  const orderly = async (end: End) => {
    try {
      await end(thrown);
    } catch (also) {
      note(also);
    }
  };
  await within(patienceMs, Promise.all([...ends].map(orderly)));
  try {
    say?.(thrown);
  } finally {
    process.exit(1);
  }
}

function note(thrown: unknown): void {
  process.stderr.write(`while ending: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
