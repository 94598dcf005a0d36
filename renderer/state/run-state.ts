import type { WireError } from '../../installer/contract/errors.ts';
import type { Action, EngineEvent, Outcome, ServiceState, StepInfo } from '../../installer/contract/events.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import type { SmokeResult } from '../../installer/contract/smoke.ts';
import { nextEta, promisedFrom } from './eta.ts';
import { type LogLine, logLines } from './log-lines.ts';
import { measureRate, type RateMeter } from './rate.ts';

/** How a run ended; interrupted: the process that carried it out died, and no event says so. */
export type RunOutcome = Outcome | 'interrupted';

/** The log keeps this many lines; older ones stand in the journal. */
export const logLimit = 5000;

export interface StepState {
  info: StepInfo;
  status: 'waiting' | 'running' | RunOutcome;
  /** Milliseconds; null until it ended. */
  ms: number | null;
  error: WireError | null;
}

export interface StepProgress {
  step: string;
  done: number;
  total: number;
  unit: 'bytes' | 'items';
  what: string;
}

/** What the wizard knows of a run: made from its events and from nothing else. */
export interface RunState {
  run: string;
  action: Action | null;
  lastSeq: number;
  startedAt: number | null;
  steps: readonly StepState[];
  progress: StepProgress | null;
  /** 0..1 over all steps; never decreases. */
  fraction: number;
  /** Milliseconds to go as shown; never increases. null: nothing measured yet. */
  etaMs: number | null;
  /** The estimate has outgrown what was promised. */
  late: boolean;
  rate: RateMeter;
  findings: readonly Finding[];
  services: readonly ServiceState[];
  smoke: readonly SmokeResult[];
  artifacts: number;
  log: readonly LogLine[];
  outcome: RunOutcome | null;
  error: WireError | null;
  /** Milliseconds the run took; null until it ended. */
  ms: number | null;
}

export function emptyRun(run: string): RunState {
  return {
    run,
    action: null,
    lastSeq: 0,
    startedAt: null,
    steps: [],
    progress: null,
    fraction: 0,
    etaMs: null,
    late: false,
    rate: { bytesPerSecond: null, step: null, at: 0, done: 0 },
    findings: [],
    services: [],
    smoke: [],
    artifacts: 0,
    log: [],
    outcome: null,
    error: null,
    ms: null,
  };
}

/**
 * Events of one run in the order they came. A replayed event that is already counted changes nothing; `progress` carries the
 * number of the event before it and always counts.
 */
export function reduceEvents(before: RunState, events: readonly EngineEvent[]): RunState {
  const lines: LogLine[] = [];
  let state = before;
  for (const event of events) {
    if (event.run !== state.run) continue;
    if (event.body.kind !== 'progress') {
      if (event.seq <= state.lastSeq) continue;
      state = { ...state, lastSeq: event.seq };
    }
    state = reduceEvent(state, event);
    lines.push(...logLines(event));
  }
  if (lines.length === 0) return state;
  return { ...state, log: [...state.log, ...lines].slice(-logLimit) };
}

function reduceEvent(state: RunState, { at, body }: EngineEvent): RunState {
  switch (body.kind) {
    case 'runStarted':
      return {
        ...state,
        action: body.action,
        startedAt: at,
        steps: body.steps.map((info) => ({ info, status: 'waiting', ms: null, error: null })),
      };
    case 'stepStarted':
      return { ...withStep(state, body.step, { status: 'running' }), progress: null };
    case 'progress': {
      const { step, done, total, unit, what } = body;
      return {
        ...state,
        progress: { step, done, total, unit, what },
        fraction: Math.max(state.fraction, body.fraction),
        ...nextEta(state.etaMs, body.fraction < promisedFrom ? null : body.etaMs),
        rate: measureRate(state.rate, { step, at, done, bytes: unit === 'bytes' }),
      };
    }
    case 'stepFinished':
      return { ...withStep(state, body.step, { status: body.outcome, ms: body.ms }), progress: null };
    case 'stepFailed':
      // Cancelled is not failed.
      return body.error.code === 'CANCELLED'
        ? withStep(state, body.step, { status: 'cancelled', ms: body.ms })
        : withStep(state, body.step, { status: 'failed', ms: body.ms, error: body.error });
    case 'finding':
      return {
        ...state,
        findings: replaced(
          state.findings,
          body.finding,
          ({ code, subject }) => code === body.finding.code && subject === body.finding.subject,
        ),
      };
    case 'service':
      return {
        ...state,
        services: replaced(state.services, body.service, ({ service }) => service === body.service.service),
      };
    case 'smoke':
      return { ...state, smoke: replaced(state.smoke, body.result, ({ id }) => id === body.result.id) };
    case 'removed':
    case 'kept':
      return state;
    case 'artifact':
      return { ...state, artifacts: state.artifacts + 1 };
    case 'runFinished':
      return {
        ...state,
        outcome: body.outcome,
        error: body.error,
        ms: body.ms,
        progress: null,
        etaMs: null,
        late: false,
        fraction: body.outcome === 'done' || body.outcome === 'unchanged' ? 1 : state.fraction,
        // What was at work when the run stopped got no event of its own.
        steps: state.steps.map((step) =>
          step.status === 'running' ? { ...step, status: body.outcome === 'cancelled' ? 'cancelled' : 'failed' } : step,
        ),
      };
    case 'log':
      return state;
  }
}

/** A run whose process died: what was at work then is neither done nor failed. */
export function cutOff(run: RunState): RunState {
  return {
    ...run,
    outcome: 'interrupted',
    progress: null,
    etaMs: null,
    late: false,
    steps: run.steps.map((step) => (step.status === 'running' ? { ...step, status: 'interrupted' } : step)),
  };
}

function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  return { ...state, steps: state.steps.map((step) => (step.info.id === id ? { ...step, ...change } : step)) };
}

/** With `value` in the place of the item that `same` names, or at the end. */
function replaced<T>(items: readonly T[], value: T, same: (item: T) => boolean): T[] {
  const index = items.findIndex(same);
  return index < 0 ? [...items, value] : items.with(index, value);
}
