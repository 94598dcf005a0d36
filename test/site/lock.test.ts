import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { workDirs } from '../fixtures/work-dir.ts';
import { withLock } from './lock.ts';

const workDir = workDirs();
const newPath = async () => join(await workDir(), 'lock');

test('the second holder waits for the first', async () => {
  const path = await newPath();
  const order: string[] = [];
  let release: () => void = () => expect.unreachable();
  const first = withLock(
    path,
    () =>
      new Promise<void>((resolve) => {
        order.push('first begins');
        release = () => {
          order.push('first ends');
          resolve();
        };
      }),
  );
  await expect.poll(() => order).toEqual(['first begins']);
  const second = withLock(path, async () => void order.push('second'));
  // The kernel itself says that it is held.
  expect((await execa('flock', ['--nonblock', path, 'true'], { reject: false })).exitCode).toBe(1);
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});

test('a holder that is killed holds no longer', async () => {
  const path = await newPath();
  const program = `import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    await withLock(${JSON.stringify(path)}, async () => { console.log('held'); await new Promise((r) => setTimeout(r, 60_000)); });`;
  const holder = execa(process.execPath, ['--input-type=module', '-e', program], { reject: false });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  holder.kill('SIGKILL');
  await holder;
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

test('what the work throws is thrown, and the lock is free again', async () => {
  const path = await newPath();
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});
