import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { coalesce } from '../../renderer/state/coalesce.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const log = (seq: number): EngineEvent => ({
  run: 'r',
  seq,
  at: 0,
  body: { kind: 'log', level: 'info', source: 's', message: String(seq) },
});
const progress = (done: number): EngineEvent => ({
  run: 'r',
  seq: 1,
  at: 0,
  body: { kind: 'progress', step: 'a', done, total: 9, unit: 'items', what: '', fraction: 0, etaMs: null },
});

test('a flood of events is delivered at most ten times a second, in order, none lost', () => {
  const batches: (readonly EngineEvent[])[] = [];
  const { push } = coalesce((events) => batches.push(events));
  for (let ms = 0; ms < 1000; ms += 1) {
    push(log(ms));
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(batches.length).toBeLessThanOrEqual(11);
  expect(batches.flat().map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, seq) => seq));
});

test('of progress that waits together only the newest is kept', () => {
  const batches: (readonly EngineEvent[])[] = [];
  const { push, flush } = coalesce((events) => batches.push(events));
  for (const each of [progress(1), progress(2), log(3), progress(4), progress(5)]) push(each);
  flush();
  expect(batches.flat()).toEqual([progress(2), log(3), progress(5)]);
});

test('nothing is delivered after the end', () => {
  const deliver = vi.fn();
  const { push, stop } = coalesce(deliver);
  push(log(1));
  stop();
  vi.advanceTimersByTime(1000);
  expect(deliver).not.toHaveBeenCalled();
});
