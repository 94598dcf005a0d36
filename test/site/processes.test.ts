import { execa } from 'execa';
import { expect, test } from 'vitest';
import { isAlive, processRef } from './processes.ts';

test('a process is known until it ends', async () => {
  const child = execa('sleep', ['60'], { reject: false });
  const ref = processRef(child.pid ?? 0);
  expect(ref && isAlive(ref)).toBe(true);
  child.kill('SIGKILL');
  await child;
  expect(ref && isAlive(ref)).toBe(false);
});

test('another process with the same number is not taken for it', () => {
  const self = processRef(process.pid);
  expect(self && isAlive(self)).toBe(true);
  expect(isAlive({ pid: process.pid, startTicks: '1' })).toBe(false);
});
