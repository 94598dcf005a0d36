import { describe, expect, it } from 'vitest';
import { runFuzz } from './fuzz/run-fuzz.ts';
import { targetNames } from './fuzz/targets.ts';

/** The same inputs each time; `npm run fuzz` goes on from here with a million of other seeds. */
const seed = 5;
const runs = 5000;

describe('fuzzed readers', { timeout: 900_000 }, () => {
  it.each(targetNames)('%s', async (target) => {
    const { read, peak, failure } = await runFuzz({ target, seed, runs });
    console.log(
      `fuzz ${target}: ${read} of ${runs} inputs read without a crash, a hang or unbounded memory (${Math.round(peak / 1024 ** 2)} MiB)`,
    );
    expect(failure).toBeUndefined();
    expect(read).toBe(runs);
  });
});

describe('positive controls: a reader with a planted fault is found', { timeout: 900_000 }, () => {
  it.each([
    ['crash', 'crash', 'planted'],
    ['abort', 'crash', 'SIGABRT'],
    ['hang', 'hang', 'ms on one input'],
    ['deadlock', 'crash', 'exit 13'],
    ['memory', 'memory', 'bytes resident'],
    ['rejection', 'crash', 'nobody waits for it'],
  ])('%s', async (fault, kind, detail) => {
    const { failure } = await runFuzz({ target: `planted-${fault}`, seed, runs, hangCpuMs: 2000 });
    expect(failure?.kind).toBe(kind);
    expect(failure?.detail).toContain(detail);
    expect(failure?.index).toBeGreaterThan(0);
  });

  it('and the one without a fault is not', async () => {
    expect((await runFuzz({ target: 'planted-none', seed, runs: 1000 })).failure).toBeUndefined();
  });
});
