import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { InstallerError, toWire } from '../base/errors.ts';
import { requestingUser } from '../base/requesting-user.ts';
import type { Action, EngineEvent } from '../contract/events.ts';
import type { Journal } from '../ports/journal.ts';
import { type PlanEntry, stepInfos } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import { RunLog } from './run-log.ts';
import { runPlan } from './run-plan.ts';

interface ActiveRun {
  id: string;
  journal: Journal;
  log: RunLog;
  abort: AbortController;
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

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  /** Starts a job and returns at once with the run's id. */
  start(action: Action, makeJob: (handle: RunHandle) => Job): { run: string } {
    if (this.#active !== undefined)
      throw new InstallerError('DATA_DIR_BUSY', { params: { path: this.#ports.dataDir } });
    const journal = this.#ports.openJournal();
    const id = randomUUID();
    const log = new RunLog(id, journal);
    const abort = new AbortController();
    journal.beginRun({ id, action, startedAt: Date.now(), user: requestingUser(), host: hostname() });
    const active: ActiveRun = { id, journal, log, abort, finished: Promise.resolve() };
    this.#active = active;
    active.finished = this.#execute(active, action, makeJob({ id, journal }));
    // A journal that cannot be written any more ends the run; every follower is told, and nobody may be following.
    active.finished.catch(() => undefined);
    for (const watcher of this.#watchers) watcher(true);
    return { run: id };
  }

  async #execute(active: ActiveRun, action: Action, job: Job): Promise<void> {
    const { id, journal, log, abort } = active;
    const startedAt = performance.now();
    // Whoever called start() may listen before the first event.
    await Promise.resolve();
    try {
      log.emit({ kind: 'runStarted', action, steps: stepInfos(job.plan) });
      const { outcome, error } = await runPlan(job.plan, job.initial, {
        journal,
        log,
        signal: abort.signal,
        undoOnRefusal: job.undoOnRefusal,
      });
      journal.finishRun(id, outcome, Date.now());
      log.emit({
        kind: 'runFinished',
        outcome,
        error: error === null ? null : toWire(error),
        ms: performance.now() - startedAt,
      });
    } finally {
      this.#active = undefined;
      journal.close();
      for (const watcher of this.#watchers) watcher(false);
    }
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

  /** The run's events after `after`, then live ones until it is finished. NO_RUN for an unknown id. */
  async *follow(run: string, after: number, signal?: AbortSignal): AsyncGenerator<EngineEvent> {
    const active = this.#active?.id === run ? this.#active : undefined;
    if (active === undefined) {
      yield* this.#replay(run, after);
      return;
    }
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
