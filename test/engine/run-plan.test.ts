import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import { RunLog } from '../../installer/engine/run-log.ts';
import { runPlan } from '../../installer/engine/run-plan.ts';
import type { Journal } from '../../installer/ports/journal.ts';
import type { Step } from '../../installer/ports/step.ts';

let dir: string;
let journal: Journal;
let events: EngineEvent[];
let log: RunLog;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airgap-run-'));
  journal = openJournal(dir);
  journal.beginRun({ id: 'r1', action: 'install', startedAt: 1, user: 'u', host: 'h' });
  log = new RunLog('r1', journal);
  events = [];
  log.listen((event) => events.push(event));
});

afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true });
});

/** A step over a world that is a set of names: done when its name is in the set. */
function worldStep(world: Set<string>, id: string, extra: Partial<Step<null, string>> = {}): Step<null, string> {
  return {
    id,
    weight: 1,
    unit: 'items',
    reversible: true,
    check: async () => (world.has(id) ? id : undefined),
    run: async (_input, context) => {
      context.progress(1, 1);
      world.add(id);
      return id;
    },
    verify: async () => undefined,
    ...extra,
  };
}

const threeSteps = (world: Set<string>, middle: Partial<Step<null, string>> = {}) =>
  startPlan<object>()
    .step('a', worldStep(world, 'a'), () => null)
    .step('b', worldStep(world, 'b', middle), () => null)
    .step('c', worldStep(world, 'c'), () => null);

let takenBack = 0;
const takeBack = async () => {
  takenBack += 1;
};
beforeEach(() => {
  takenBack = 0;
});
const run = (
  plan: ReturnType<typeof threeSteps>,
  back: (() => Promise<void>) | null = takeBack,
  signal = new AbortController().signal,
) => runPlan(plan, {}, { journal, log, signal, takeBack: back });

describe('a plan', () => {
  it('runs every step in order, journals intent and outcome of each', async () => {
    const world = new Set<string>();
    expect(await run(threeSteps(world))).toEqual({ outcome: 'done', error: null });
    expect([...world]).toEqual(['a', 'b', 'c']);
    expect(journal.steps('r1').map(({ step, outcome }) => [step, outcome])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
      ['c', 'done'],
    ]);
  });

  it('does nothing where the world is as it should be, and says unchanged', async () => {
    expect(await run(threeSteps(new Set(['a', 'b', 'c'])))).toEqual({ outcome: 'unchanged', error: null });
    expect(journal.steps('r1')).toEqual([]);
  });

  it('redoes only the step whose work is gone', async () => {
    const world = new Set(['a', 'c']);
    await run(threeSteps(world));
    expect(journal.steps('r1').map(({ step }) => step)).toEqual(['b']);
  });

  it('a step that only looks does not make a run one that changed something', async () => {
    const plan = threeSteps(new Set(['a', 'c']), { looksOnly: true });
    expect((await run(plan)).outcome).toBe('unchanged');
  });

  it('hands outputs on to later inputs and derived values', async () => {
    const seen: unknown[] = [];
    const plan = startPlan<{ request: string }>()
      .step('a', worldStep(new Set(), 'a'), () => null)
      .derive('both', ({ a, request }) => `${request}+${a}`)
      .step('b', worldStep(new Set(), 'b'), ({ both }) => {
        seen.push(both);
        return null;
      });
    await runPlan(plan, { request: 'r' }, { journal, log, signal: new AbortController().signal, takeBack: null });
    expect(seen).toEqual(['r+a']);
  });
});

describe('a failing step', () => {
  const refuse = async (): Promise<string> => {
    throw new InstallerError('BUNDLE_FILE_CHANGED', { params: { file: 'x' } });
  };
  const breakDown = async (): Promise<string> => {
    throw new InstallerError('STACK_UP');
  };

  it('that refuses what it was given has the run taken back', async () => {
    const { outcome, error } = await run(threeSteps(new Set(), { run: refuse }));
    expect([outcome, error?.code]).toEqual(['failed', 'BUNDLE_FILE_CHANGED']);
    expect(takenBack).toBe(1);
  });

  it('journals what a step is about to make, for whoever takes it back', async () => {
    const middle: Partial<Step<null, string>> = {
      run: async (_input, context) => {
        context.making({ kind: 'folder', name: '/x' });
        return refuse();
      },
    };
    await run(threeSteps(new Set(), middle));
    expect(journal.made()).toMatchObject([{ run: 'r1', kind: 'folder', name: '/x', state: 'open' }]);
  });

  it('that breaks down keeps the finished work for the next run', async () => {
    const world = new Set<string>();
    await run(threeSteps(world, { run: breakDown }));
    expect([...world]).toEqual(['a']);
    expect(takenBack).toBe(0);
    expect(journal.steps('r1').at(-1)).toMatchObject({ step: 'b', outcome: 'failed' });
  });

  it('whose verify fails is failed, though its run succeeded', async () => {
    const verify = async () => {
      throw new InstallerError('REGISTRY_DIGEST');
    };
    expect((await run(threeSteps(new Set(), { verify }))).error?.code).toBe('REGISTRY_DIGEST');
  });

  it('whose taking back fails says so', async () => {
    const stuck = async () => {
      throw new Error('stuck');
    };
    await run(threeSteps(new Set(), { run: refuse }), stuck);
    expect(events.some(({ body }) => body.kind === 'log' && body.level === 'error')).toBe(true);
  });

  it('names the step whose derived input failed', async () => {
    const plan = startPlan<object>()
      .derive('bad', () => {
        throw new InstallerError('ANSWERS_UNKNOWN_KEY');
      })
      .step('a', worldStep(new Set(), 'a'), () => null);
    await run(plan as unknown as ReturnType<typeof threeSteps>);
    expect(events.find(({ body }) => body.kind === 'stepFailed')?.body).toMatchObject({ step: 'a' });
  });
});

describe('a cancelled run', () => {
  it('is cancelled, not failed, and keeps finished work', async () => {
    const world = new Set<string>();
    const abort = new AbortController();
    const middle: Partial<Step<null, string>> = {
      run: async (_input, { signal }) => {
        abort.abort();
        signal.throwIfAborted();
        return 'b';
      },
    };
    const { outcome, error } = await run(threeSteps(world, middle), takeBack, abort.signal);
    expect([outcome, error?.code]).toEqual(['cancelled', 'CANCELLED']);
    expect([...world]).toEqual(['a']);
  });
});

describe('the event stream', () => {
  it('numbers journaled events without gaps and the overall fraction never decreases', async () => {
    const middle: Partial<Step<null, string>> = {
      run: async (_input, context) => {
        for (const [done, total] of [
          [50, 100],
          [60, 200],
          [200, 200],
        ] as const) {
          context.progress(done, total);
        }
        return 'b';
      },
    };
    await run(threeSteps(new Set(), middle));
    const journaled = events.filter(({ body }) => body.kind !== 'progress').map(({ seq }) => seq);
    expect(journaled).toEqual(journaled.map((_, index) => index + 1));
    const fractions = events.flatMap(({ body }) => (body.kind === 'progress' ? [body.fraction] : []));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1);
  });
});
