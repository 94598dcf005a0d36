import { expect, it } from 'vitest';
import { ProgressMeter } from '../../installer/engine/progress.ts';

const step = (id: string, weight: number) =>
  ({ id, weight, unit: 'bytes', reversible: true, looksOnly: false }) as const;

function meterWithClock() {
  const clock = { ms: 0 };
  return { clock, meter: new ProgressMeter([step('a', 1), step('b', 3)], () => clock.ms) };
}

it('weighs steps: half of the second, three times heavier step is at 62.5 %', () => {
  const { meter, clock } = meterWithClock();
  meter.start('a');
  clock.ms = 1000;
  meter.finish(true);
  meter.start('b');
  clock.ms = 2000;
  expect(meter.report(50, 100, '')?.fraction).toBeCloseTo(0.625);
});

it('never goes back when a step revises its total upwards', () => {
  const { meter, clock } = meterWithClock();
  meter.start('a');
  clock.ms = 1000;
  const first = meter.report(90, 100, '')?.fraction ?? 0;
  clock.ms = 2000;
  expect(meter.report(91, 1000, '')?.fraction).toBe(first);
});

it('has no ETA before anything was measured, then one from the measured rate', () => {
  const { meter, clock } = meterWithClock();
  meter.start('a');
  expect(meter.report(0, 100, '')?.etaMs).toBeNull();
  clock.ms = 1000;
  // 1 s for half of weight 1: 1 s left here, 3 × 2 s for the other step
  expect(meter.report(50, 100, '')?.etaMs).toBe(7000);
});

it('coalesces to one event in 100 ms but never holds the last one back', () => {
  const { meter, clock } = meterWithClock();
  meter.start('a');
  expect(meter.report(1, 100, '')).toBeDefined();
  clock.ms = 50;
  expect(meter.report(2, 100, '')).toBeUndefined();
  expect(meter.report(100, 100, '')).toBeDefined();
});
