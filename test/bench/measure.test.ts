import { expect, test } from 'vitest';
import { busiestSecond, isKept, type Measurement, median, slope } from './measure.ts';

test('the median is the value in the middle', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow('no values');
});

test('the slope is what a line gains, whatever lies around it', () => {
  const line = [0, 1, 2, 3, 4].map((x) => [x, 7 + 2 * x] as const);
  expect(slope(line)).toBeCloseTo(2);
  expect(slope([...line, [2, 21], [2, 1]])).toBeCloseTo(2);
  expect(slope([0, 1, 2].map((x) => [x, 7]))).toBe(0);
  expect(() => slope([[1, 1]])).toThrow('two different x');
});

test('the busiest second holds as many moments as came within less than a second', () => {
  expect(busiestSecond([])).toBe(0);
  expect(busiestSecond(Array.from({ length: 50 }, (_, index) => index * 100))).toBe(10);
  expect(busiestSecond([0, 5000, 5001, 5999, 6000])).toBe(3);
});

test('a budget is kept up to its last bit and no further', () => {
  const at = (measured: number): Measurement => ({ what: '', unit: 'ms', measured, budget: 100, detail: '' });
  expect([at(99), at(100), at(101), at(Number.NaN)].map(isKept)).toEqual([true, true, false, false]);
});
