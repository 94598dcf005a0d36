import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eachConcurrently } from '../../installer/registry/pool.ts';

test('works on all items, never more than the limit at a time', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await eachConcurrently([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await sleep(2);
    running -= 1;
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test('the first failure stops the others, which have all ended when it is thrown', async () => {
  const first = new Error('first');
  const ended: number[] = [];
  const working = eachConcurrently([1, 2, 3, 4, 5], 2, async (item, signal) => {
    if (item === 1) throw first;
    await sleep(10_000, undefined, { signal }).catch(() => ended.push(item));
  });
  await expect(working).rejects.toBe(first);
  expect(ended).toEqual([2]);
});

test('the caller’s abort reaches the work', async () => {
  const abort = new AbortController();
  const working = eachConcurrently([1], 1, (_, signal) => sleep(10_000, undefined, { signal }), abort.signal);
  abort.abort();
  await expect(working).rejects.toMatchObject({ name: 'AbortError' });
});
