import { expect, test } from 'vitest';
import { transferProgress } from '../../installer/registry/push-progress.ts';

test('the sum of transfers never goes down, also when one begins again', () => {
  const reported: number[] = [];
  const progress = transferProgress(100, (done) => reported.push(done));
  progress.at('a', 30, 'x');
  progress.at('b', 20, 'x');
  progress.at('a', 0, 'x');
  progress.at('a', 40, 'x');
  progress.at('b', 90, 'x');
  expect(reported).toEqual([30, 50, 50, 60, 100]);
});
