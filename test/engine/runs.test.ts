import { describe, expect, test } from 'vitest';
import { openJournal, readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import { type Job, Runs } from '../../installer/engine/runs.ts';
import type { Journal } from '../../installer/ports/journal.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

async function runsIn(dataDir: string, journalOf: (journal: Journal) => Journal = (journal) => journal) {
  const ports = {
    dataDir,
    openJournal: () => journalOf(openJournal(dataDir)),
    readJournal: () => readJournal(dataDir),
  } as unknown as EnginePorts;
  return new Runs(ports);
}

const nothingToDo: Job = { plan: startPlan<object>(), initial: {}, undoOnRefusal: false };
const cannotBeMade = (): Job => {
  throw new InstallerError('JOURNAL_CORRUPT', { params: { path: 'installation of run x' } });
};

async function eventsOf(runs: Runs, run: string): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  for await (const event of runs.follow(run, 0)) events.push(event);
  return events;
}

describe('a run whose plan cannot be made', () => {
  test('fails in the journal and for whoever follows it, and leaves the engine free', async () => {
    const dataDir = await workDir();
    const runs = await runsIn(dataDir);
    const { run } = runs.start('uninstall', cannotBeMade);
    const events = await eventsOf(runs, run);
    await runs.idle();
    expect(events.map(({ body }) => body)).toMatchObject([
      { kind: 'runStarted', action: 'uninstall', steps: [] },
      { kind: 'runFinished', outcome: 'failed', error: { code: 'JOURNAL_CORRUPT' } },
    ]);
    expect(runs.activeRun).toBeUndefined();
    const journal = openJournal(dataDir);
    expect(journal.run(run)).toMatchObject({ outcome: 'failed', finishedAt: expect.any(Number) });
    journal.close();
    const next = runs.start('check', () => nothingToDo);
    await runs.idle();
    expect(readJournal(dataDir)?.run(next.run)?.outcome).toBe('unchanged');
  });

  test('tells the watchers that it began and that it is over', async () => {
    const runs = await runsIn(await workDir());
    const seen: boolean[] = [];
    runs.watch((running) => seen.push(running));
    runs.start('uninstall', cannotBeMade);
    await runs.idle();
    expect(seen).toEqual([true, false]);
  });
});

test('a run that cannot be written down leaves the lock free', async () => {
  const dataDir = await workDir();
  const noSpace = new InstallerError('DISK_FULL', { params: { path: dataDir } });
  const runs = await runsIn(dataDir, (journal) => ({
    ...journal,
    beginRun: () => {
      throw noSpace;
    },
  }));
  expect(() => runs.start('check', () => nothingToDo)).toThrow(noSpace);
  expect(runs.activeRun).toBeUndefined();
  await runs.idle();
  // The control: were the lock still held, this would be DATA_DIR_BUSY.
  openJournal(dataDir).close();
});

test('a run that is broken off ends as failed, once, whatever its steps say afterwards', async () => {
  const dataDir = await workDir();
  const runs = await runsIn(dataDir);
  const held = Promise.withResolvers<void>();
  const { run } = runs.start('check', () => ({
    plan: startPlan<object>().step(
      'held',
      {
        id: 'readiness',
        weight: 1,
        unit: 'items',
        reversible: true,
        check: async () => undefined,
        run: async (_input: null, { emit }) => {
          await held.promise;
          emit({ kind: 'log', level: 'info', source: 'test', message: 'late' });
          return true;
        },
        verify: async () => undefined,
      },
      () => null,
    ),
    initial: {},
    undoOnRefusal: false,
  }));
  const followed = eventsOf(runs, run);
  await expect.poll(() => readJournal(dataDir)?.steps(run).length).toBe(1);
  expect(runs.breakOff(new Error('planted'))).toBe(run);
  const kinds = (await followed).map(({ body }) => body.kind);
  expect(kinds).toEqual(['runStarted', 'stepStarted', 'log', 'runFinished']);
  await runs.told();
  held.resolve();
  await runs.idle();
  const journal = openJournal(dataDir);
  expect(journal.run(run)?.outcome).toBe('failed');
  expect(journal.events(run).map(({ event }) => event.body.kind)).toEqual(kinds);
  expect(journal.events(run).at(-1)?.event.body).toMatchObject({ outcome: 'failed', error: { code: 'INTERNAL' } });
  journal.close();
  expect(runs.breakOff(new Error('nothing goes on'))).toBeUndefined();
});
