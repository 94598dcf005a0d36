import { InstallerError } from '../base/errors.ts';
import { removeTree } from '../base/own-tree.ts';
import type { Journal, RunRow } from '../ports/journal.ts';
import type { Step } from '../ports/step.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import type { Job, RunHandle } from './runs.ts';
import { sitePaths } from './site-paths.ts';
import { openRows, takeBack } from './take-back.ts';

/** @throws NOTHING_TO_ROLL_BACK unless an install was begun here that did not come to its end, and none is finished */
export function requireUnfinishedInstall(journal: Journal | undefined): void {
  const begun = journal?.runs(1000).find(({ action }: RunRow) => action !== 'check' && action !== 'smoke');
  const unfinished = journal !== undefined && (openRows(journal).length > 0 || isUnfinished(begun));
  if (journal === undefined || journal.installed() !== undefined || !unfinished) {
    throw new InstallerError('NOTHING_TO_ROLL_BACK');
  }
}

function isUnfinished(run: RunRow | undefined): boolean {
  return run?.action === 'install' && run.outcome !== 'done' && run.outcome !== 'unchanged';
}

/**
 * Takes back what the installs made that did not come to their end, and nothing else: data and passwords that an earlier uninstall kept
 * stay as they were, down to the byte.
 */
export function rollBackJob(ports: EnginePorts, handle: RunHandle): Job {
  const plan = startPlan<object>()
    .derive('input', () => ({ ports, journal: handle.journal }))
    .step('takenBack', takeBackStep, ({ input }) => input);
  return { plan, initial: {}, undoOnRefusal: false };
}

interface TakeBackInput {
  ports: EnginePorts;
  journal: Journal;
}

const takeBackStep: Step<TakeBackInput, true> = {
  id: 'takeBack',
  weight: 1,
  unit: 'items',
  reversible: false,
  check: async ({ journal }) => (openRows(journal).length === 0 ? true : undefined),
  async run({ ports, journal }, { emit }) {
    await takeBack(ports, journal, openRows(journal), (item) => emit({ kind: 'removed', item }));
    await removeTree(sitePaths(ports.dataDir).wizard);
    return true;
  },
  async verify(_output, { journal }) {
    const left = openRows(journal).map(({ name }) => name);
    if (left.length === 0) return;
    throw new InstallerError('INTERNAL', {
      params: { what: 'roll back' },
      expected: 'nothing left',
      found: left.join(', '),
    });
  },
};
