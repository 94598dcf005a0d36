import { setTimeout as wait } from 'node:timers/promises';
import { mutateBytes } from '../mutate-bytes.ts';
import type { FuzzTarget } from '../target.ts';

const seed = Buffer.from('field=value;size=10');

/**
 * Readers that are broken on purpose, each in one way, so that a test can show that the harness finds it. They are never
 * part of a run over all targets.
 */
const faults: Record<string, (input: Buffer) => void | Promise<void>> = {
  none: () => undefined,
  crash(input) {
    if (input.includes(0xff)) throw new TypeError('planted');
  },
  abort(input) {
    if (input.includes(0xff)) process.abort();
  },
  hang(input) {
    while (input.includes(0xff)) {
      // for ever
    }
  },
  deadlock(input) {
    return input.includes(0xff) ? new Promise(() => undefined) : undefined;
  },
  async memory(input) {
    if (!input.includes(0xff)) return;
    kept.push(Buffer.alloc(700 * 1024 * 1024, 1));
    // stays until somebody has looked
    await wait(600_000);
  },
  rejection(input) {
    if (input.includes(0xff)) void Promise.reject(new Error('planted, and nobody waits for it'));
  },
};
const kept: Buffer[] = [];

export const faultNames = Object.keys(faults);

export const plantedTarget = (fault: string) => async (): Promise<FuzzTarget> => ({
  name: `planted-${fault}`,
  make: (random) => mutateBytes(random, seed),
  read: (input) => faults[fault]?.(input),
});
