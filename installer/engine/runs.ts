import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { inspect } from 'node:util';
import { asInstallerError, InstallerError, toWire } from '../base/errors.ts';
import { requestingUser } from '../base/requesting-user.ts';
import { forgetSecrets } from '../config/release-folder.ts';
import type { Action, EngineEvent, Outcome } from '../contract/events.ts';
import type { Journal } from '../ports/journal.ts';
import { type PlanEntry, stepInfos } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import { RunLog } from './run-log.ts';
import { type RunResult, runPlan } from './run-plan.ts';
import { sitePaths } from './site-paths.ts';
import { openRows, takeBack } from './take-back.ts';

interface ActiveRun {
  id: string;
  journal: Journal;
  log: RunLog;
  abort: AbortController;
  startedAt: number;
  /** Its end is written down: nothing is added to it any more. */
  closed: boolean;
  finished: Promise<void>;
}

/** What a plan's wiring needs to know of the run that it belongs to. */
export interface RunHandle {
  id: string;
  journal: Journal;
}

export interface Job {
  plan: { readonly entries: readonly PlanEntry[] };
  initial: object;
  /** True: a run that refuses its input (not trusted, not fit) takes back what it made itself. */
  undoOnRefusal: boolean;
}

/**
 * The engine's runs: at most one at a time, journaled, followed by any number of listeners, independent of whether one
 * listens. The journal is held from start to finish of a run, so a second process is told DATA_DIR_BUSY.
 */
export class Runs {
  readonly #ports: EnginePorts;
  readonly #watchers = new Set<(running: boolean) => void>();
  #active: ActiveRun | undefined;
  #followers = 0;
  #lastFollowerGone: (() => void)[] = [];

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  /** Starts a job and returns at once with the run's id. A job that cannot even be made is a run that failed. */
  start(action: Action, makeJob: (handle: RunHandle) => Job): { run: string } {
    if (this.#active !== undefined)
      throw new InstallerError('DATA_DIR_BUSY', { params: { path: this.#ports.dataDir } });
    const journal = this.#ports.openJournal();
    const id = randomUUID();
    try {
      journal.beginRun({ id, action, startedAt: Date.now(), user: requestingUser(), host: hostname() });
    } catch (thrown) {
      // The lock goes with the journal.
      journal.close();
      throw thrown;
    }
    const log = new RunLog(id, journal);
    const active: ActiveRun = {
      id,
      journal,
      log,
      abort: new AbortController(),
      startedAt: performance.now(),
      closed: false,
      finished: Promise.resolve(),
    };
    this.#active = active;
    active.finished = this.#execute(active, action, makeJob);
    // A journal that cannot be written any more ends the run; every follower is told, and nobody may be following.
    active.finished.catch(() => undefined);
    this.#tellWatchers(true);
    return { run: id };
  }

  async #execute(active: ActiveRun, action: Action, makeJob: (handle: RunHandle) => Job): Promise<void> {
    // Whoever called start() may listen before the first event.
    await Promise.resolve();
    try {
      const { outcome, error } = await this.#work(active, action, makeJob);
      finish(active, outcome, error);
      // a roll back can't come any more: secrets lie in one place again
      if (action === 'install' && error === null) await forgetSecrets(sitePaths(this.#ports.dataDir).releases);
    } catch (thrown) {
      fail(active, thrown);
      throw thrown;
    } finally {
      this.#active = undefined;
      active.journal.close();
      this.#tellWatchers(false);
    }
  }

  async #work(active: ActiveRun, action: Action, makeJob: (handle: RunHandle) => Job): Promise<RunResult> {
    const { id, journal, log, abort } = active;
    let job: Job;
    try {
      job = makeJob({ id, journal });
    } catch (thrown) {
      log.emit({ kind: 'runStarted', action, steps: [] });
      return { outcome: 'failed', error: asInstallerError(thrown) };
    }
    log.emit({ kind: 'runStarted', action, steps: stepInfos(job.plan) });
    const takeBackOwn = () => takeBack(this.#ports, journal, openRows(journal, id));
    return runPlan(job.plan, job.initial, {
      journal,
      log,
      signal: abort.signal,
      takeBack: job.undoOnRefusal ? takeBackOwn : null,
    });
  }

  #tellWatchers(running: boolean): void {
    for (const watcher of this.#watchers) watcher(running);
  }

  /**
   * The last resort's (engine/last-resort.ts): the process is no longer to be trusted. The run is written down as failed and
   * whoever follows it hears that now; what its steps still hold is aborted. Returns the run, or undefined when none goes on.
   */
  breakOff(thrown: unknown): string | undefined {
    const active = this.#active;
    if (active === undefined) return undefined;
    try {
      active.log.emit({ kind: 'log', level: 'error', source: 'engine', message: stackOf(thrown) });
    } finally {
      fail(active, thrown);
      active.abort.abort();
    }
    return active.id;
  }

  /** The run that goes on now. */
  get activeRun(): string | undefined {
    return this.#active?.id;
  }

  /** Hears whether a run goes on, whenever that changes; call the returned function to stop. */
  watch(watcher: (running: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Resolves when no run goes on (any more). Never rejects. */
  async idle(): Promise<void> {
    while (this.#active !== undefined) await this.#active.finished.catch(() => undefined);
  }

  /** Resolves when nobody follows a run that went on: whoever did has taken its last event. */
  async told(): Promise<void> {
    if (this.#followers > 0) await new Promise<void>((resolve) => this.#lastFollowerGone.push(resolve));
  }

  /** The run's events after `after`, then live ones until it is finished. NO_RUN for an unknown id. */
  async *follow(run: string, after: number, signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    const active = this.#active?.id === run ? this.#active : undefined;
    if (active === undefined) {
      yield* this.#replay(run, after);
      return;
    }
    this.#followers += 1;
    const queue: EngineEvent[] = [];
    let wake: () => void = () => undefined;
    const stop = active.log.listen((event) => {
      queue.push(event);
      wake();
    });
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    let failure: unknown;
    let ended = false;
    active.finished.then(
      () => {
        ended = true;
        wake();
      },
      (error) => {
        failure = error;
        ended = true;
        wake();
      },
    );
    try {
      // Nothing can be missed or doubled: the listener stands, and appending is synchronous.
      let last = after;
      for (const { event } of active.journal.events(run, after)) {
        last = event.seq;
        yield event;
        if (event.body.kind === 'runFinished') return;
      }
      while (signal?.aborted !== true) {
        const event = queue.shift();
        if (event !== undefined) {
          if (event.body.kind !== 'progress' && event.seq <= last) continue;
          last = Math.max(last, event.seq);
          yield event;
          if (event.body.kind === 'runFinished') return;
        } else if (ended) {
          if (failure !== undefined) throw failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', onAbort);
      this.#followers -= 1;
      if (this.#followers === 0) for (const resolve of this.#lastFollowerGone.splice(0)) resolve();
    }
  }

  *#replay(run: string, after: number): Generator<EngineEvent> {
    const journal = this.#ports.readJournal();
    try {
      if (journal?.run(run) === undefined) throw new InstallerError('NO_RUN', { params: { run } });
      for (const { event } of journal.events(run, after)) yield event;
    } finally {
      journal?.close();
    }
  }

  /** Asks the active run to stop; false when it is not running (any more). */
  cancel(run: string): boolean {
    if (this.#active?.id !== run) return false;
    this.#active.abort.abort();
    return true;
  }
}

/** The end of a run, once: what the steps of one that was broken off still say is not part of it. */
function finish(active: ActiveRun, outcome: Outcome, error: InstallerError | null): void {
  if (active.closed) return;
  active.closed = true;
  const { id, journal, log, startedAt } = active;
  journal.finishRun(id, outcome, Date.now());
  const ms = performance.now() - startedAt;
  log.emit({ kind: 'runFinished', outcome, error: error === null ? null : toWire(error), ms });
  log.end();
}

/** Tries to write down that the run failed. A journal that takes nothing any more leaves it cut off, which it then is. */
function fail(active: ActiveRun, thrown: unknown): void {
  try {
    finish(active, 'failed', asInstallerError(thrown));
  } catch {
    // The first failure is the one that is told.
  }
}

const longestStack = 4000;

/** With the causes. */
function stackOf(thrown: unknown): string {
  return inspect(thrown).slice(0, longestStack);
}
