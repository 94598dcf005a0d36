import { expect, test } from 'vitest';
import { pullProgress } from '../../../installer/adapters/docker/pull-progress.ts';

test('a layer counts half when downloaded, half when extracted', () => {
  const progress = pullProgress();
  const take = (id: string, status: string, current?: number, total?: number) =>
    progress.take({ id, status, progressDetail: { current, total } });
  expect(take('a', 'Pulling fs layer')).toEqual({ done: 0, total: 0 });
  expect(take('a', 'Downloading', 50, 100)).toEqual({ done: 25, total: 100 });
  expect(take('b', 'Downloading', 10, 200)).toEqual({ done: 30, total: 300 });
  expect(take('a', 'Download complete')).toEqual({ done: 55, total: 300 });
  expect(take('a', 'Extracting', 50, 100)).toEqual({ done: 80, total: 300 });
  expect(take('a', 'Pull complete')).toEqual({ done: 105, total: 300 });
  expect(take('b', 'Extracting', 400, 200)).toEqual({ done: 300, total: 300 });
});

test('messages that are about no layer change nothing', () => {
  const progress = pullProgress();
  expect(progress.take({ status: 'Digest: sha256:00' })).toEqual({ done: 0, total: 0 });
  expect(progress.take({ id: 'x', status: 'Already exists', progressDetail: {} })).toEqual({ done: 0, total: 0 });
});
