import { describe, expect, test } from 'vitest';
import type { EngineEvent, EngineEventBody, StepInfo } from '../../installer/contract/events.ts';
import { cutOff, emptyRun, logLimit, reduceEvents } from '../../renderer/state/run-state.ts';

const step = (id: string): StepInfo => ({ id, weight: 1, unit: 'bytes', reversible: true, looksOnly: false });
const event = (seq: number, body: EngineEventBody, at = seq * 1000): EngineEvent => ({ run: 'r', seq, at, body });
const started = event(1, { kind: 'runStarted', action: 'install', steps: [step('a'), step('b')] });
const progress = (fraction: number, etaMs: number | null, done = 0, at = 0): EngineEvent =>
  event(2, { kind: 'progress', step: 'a', done, total: 1000, unit: 'bytes', what: 'x', fraction, etaMs }, at);

describe('a run as its events tell it', () => {
  test('progress never goes backwards', () => {
    const state = reduceEvents(emptyRun('r'), [started, progress(0.5, null), progress(0.3, null)]);
    expect(state.fraction).toBe(0.5);
    expect(reduceEvents(state, [progress(0.6, null)]).fraction).toBe(0.6);
  });

  test('the time to go never grows, and says when it is late', () => {
    const early = reduceEvents(emptyRun('r'), [started, progress(0.1, 2_000)]);
    expect(early, 'too little was measured to promise anything').toMatchObject({ etaMs: null, late: false });
    const promised = reduceEvents(early, [progress(0.3, 60_000)]);
    const slower = reduceEvents(promised, [progress(0.4, 200_000)]);
    expect(slower).toMatchObject({ etaMs: 60_000, late: true });
    expect(reduceEvents(slower, [progress(0.5, 40_000)])).toMatchObject({ etaMs: 40_000, late: false });
  });

  test('events that are replayed after a reconnect count once', () => {
    const log = event(2, { kind: 'log', level: 'info', source: 's', message: 'm' });
    const artifact = event(3, {
      kind: 'artifact',
      artifact: { type: 'image', name: 'api', digest: null, size: null },
    });
    const once = reduceEvents(emptyRun('r'), [started, log, artifact]);
    const twice = reduceEvents(once, [started, log, artifact]);
    expect(twice).toEqual(once);
    expect(once).toMatchObject({ artifacts: 1, lastSeq: 3 });
  });

  test('events of another run are not taken', () => {
    const state = reduceEvents(emptyRun('other'), [started]);
    expect(state).toEqual(emptyRun('other'));
  });

  test('the log is bounded and keeps the newest lines', () => {
    const lines = Array.from({ length: logLimit + 500 }, (_, index) =>
      event(index + 2, { kind: 'log', level: 'info', source: 's', message: String(index) }),
    );
    const { log } = reduceEvents(emptyRun('r'), lines);
    expect(log).toHaveLength(logLimit);
    expect(log.at(-1)?.message).toBe(String(logLimit + 499));
  });

  test('a step that was at work when the run was cancelled is cancelled, not running', () => {
    const state = reduceEvents(emptyRun('r'), [
      started,
      event(2, { kind: 'stepStarted', step: 'a' }),
      event(3, { kind: 'runFinished', outcome: 'cancelled', error: null, ms: 5 }),
    ]);
    expect(state.steps.map(({ status }) => status)).toEqual(['cancelled', 'waiting']);
  });

  test('a step that was cancelled is no failed step', () => {
    const error = { code: 'CANCELLED' as const, params: {} };
    const state = reduceEvents(emptyRun('r'), [
      started,
      event(2, { kind: 'stepStarted', step: 'a' }),
      event(3, { kind: 'stepFailed', step: 'a', error, ms: 7 }),
      event(4, { kind: 'runFinished', outcome: 'cancelled', error, ms: 9 }),
    ]);
    expect(state.steps[0]).toMatchObject({ status: 'cancelled', error: null, ms: 7 });
    expect(state.log.map(({ level }) => level)).not.toContain('error');
  });

  test('a run whose process died is at work no more, and neither done nor failed', () => {
    const dead = cutOff(
      reduceEvents(emptyRun('r'), [started, event(2, { kind: 'stepStarted', step: 'a' }), progress(0.5, 9_000)]),
    );
    expect(dead).toMatchObject({ outcome: 'interrupted', progress: null, etaMs: null });
    expect(dead.steps.map(({ status }) => status)).toEqual(['interrupted', 'waiting']);
  });

  test('a failed step keeps its error with everything in it', () => {
    const error = { code: 'DISK_FULL' as const, params: { path: '/var' }, detail: 'ENOSPC' };
    const state = reduceEvents(emptyRun('r'), [
      started,
      event(2, { kind: 'stepStarted', step: 'a' }),
      event(3, { kind: 'stepFailed', step: 'a', error, ms: 7 }),
      event(4, { kind: 'runFinished', outcome: 'failed', error, ms: 9 }),
    ]);
    expect(state.steps[0]).toMatchObject({ status: 'failed', error, ms: 7 });
    expect(state).toMatchObject({ outcome: 'failed', error });
  });

  test('of a service and of a finding only the last word counts', () => {
    const service = (seq: number, state: 'starting' | 'healthy') =>
      event(seq, { kind: 'service', service: { service: 'api', state, detail: '' } });
    const { services } = reduceEvents(emptyRun('r'), [started, service(2, 'starting'), service(3, 'healthy')]);
    expect(services).toEqual([{ service: 'api', state: 'healthy', detail: '' }]);
  });

  test('the rate is measured in bytes per second of the step at work', () => {
    const state = reduceEvents(emptyRun('r'), [started, progress(0.1, null, 0, 1000), progress(0.2, null, 500, 2000)]);
    expect(state.rate.bytesPerSecond).toBe(500);
    const next = reduceEvents(state, [
      event(3, { kind: 'progress', step: 'b', done: 9, total: 9, unit: 'items', what: '', fraction: 0.9, etaMs: null }),
    ]);
    expect(next.rate.bytesPerSecond).toBeNull();
  });
});
