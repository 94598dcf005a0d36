// needs: root
/**
 * Install, uninstall with and without the data, cancel, failure, refusal, death of the process, roll back and a second data directory, in
 * random orders: the real journal, plans, steps, renderer and file system, with a container engine in memory behind the ports.
 * AIRGAP_WALKS and AIRGAP_SEED repeat others.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeTree } from '../../installer/base/own-tree.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import { sitePaths } from '../../installer/engine/site-paths.ts';
import { openRows, takeBack } from '../../installer/engine/take-back.ts';
import { ggufFile } from '../fixtures/gguf.ts';
import { Random } from '../fixtures/random.ts';
import { type Op, type RollBack, randomOp, Walker } from '../walks/walker.ts';

const walks = Number(process.env.AIRGAP_WALKS ?? 300);
const seed = Number(process.env.AIRGAP_SEED ?? 20_261_125);
/** In memory: the journal waits for the disk at each of its thousands of rows. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Walked {
  steps: string[];
  violations: string[];
  points: number;
}

/** One walk; ends with what must always be possible: the data that is kept can be installed onto again, and removed without a rest. */
async function walk(number: number, model: Buffer, rollBack?: RollBack): Promise<Walked> {
  const random = new Random(seed + number);
  const dir = await mkdtemp(join(root, 'airgap-walk-'));
  const walker = new Walker(dir, model, rollBack);
  const walked: Walked = { steps: [], violations: [], points: 0 };
  const go = async (op: Op, expected?: RegExp): Promise<void> => {
    const outcome = await walker.perform(op);
    walked.steps.push(`${op.what}@${op.site} release ${op.release} ${op.ending}/${op.at}: ${outcome}`);
    walked.violations.push(...(await walker.violations(op, outcome)));
    if (expected !== undefined && !expected.test(outcome)) walked.violations.push(`${op.what} ended with ${outcome}`);
  };
  const calm = { ending: 'none', at: 0, level: 1 } as const;
  try {
    await walker.plant();
    const length = 3 + random.below(6);
    for (let step = 0; step < length && walked.violations.length === 0; step += 1) await go(randomOp(random));
    // the other data directory gives the names free, then this one must work again
    await go({ ...calm, what: 'uninstallData', site: 1, release: 1 }, /^(done|unchanged|NOT_INSTALLED)/);
    await go({ ...calm, what: 'install', site: 0, release: 1 }, /^(done|unchanged)/);
    await go({ ...calm, what: 'uninstall', site: 0, release: 1 }, /^done/);
    await go({ ...calm, what: 'install', site: 0, release: 1, ending: 'fail', at: 1 + random.below(32) });
    await go({ ...calm, what: 'rollBack', site: 0, release: 1 }, /^(done|unchanged|NOTHING_TO_ROLL_BACK)/);
    await go({ ...calm, what: 'install', site: 0, release: 1 }, /^(done|unchanged)/);
    await go({ ...calm, what: 'uninstallData', site: 0, release: 1 }, /^done/);
    walked.points = walker.points;
    return walked;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

test(`${walks} walks of install, uninstall, cancel, death and roll back: kept data is never lost, nothing else of ours or theirs is touched or left`, async () => {
  const model = ggufFile();
  let steps = 0;
  let points = 0;
  const bad: string[] = [];
  const endings = new Map<string, number>();
  for (let number = 0; number < walks; number += 1) {
    const walked = await walk(number, model);
    steps += walked.steps.length;
    points += walked.points;
    for (const step of walked.steps) {
      const kind = step.replace(/@.*: /, ' → ');
      endings.set(kind, (endings.get(kind) ?? 0) + 1);
    }
    if (walked.violations.length > 0)
      bad.push(`walk ${number}: ${walked.violations.join('; ')}\n  ${walked.steps.join('\n  ')}`);
    if (bad.length > 2) break;
  }
  const counted = [...endings].sort().map(([kind, count]) => `${kind}: ${count}`);
  console.error(`${walks} walks, seed ${seed}: ${steps} operations, ${points} points\n  ${counted.join('\n  ')}`);
  expect(bad).toEqual([]);
}, 900_000);

/** As it was: it removed the folder with all releases, whoever had made it, beside what the run itself had made. */
const oldRollBack: RollBack = (ports, { journal }) => ({
  plan: startPlan<object>().step(
    'takenBack',
    {
      id: 'takeBack',
      weight: 1,
      unit: 'items',
      reversible: false,
      check: async () => undefined,
      run: async () => {
        await takeBack(ports, journal, openRows(journal));
        await removeTree(sitePaths(ports.dataDir).releases);
        return true;
      },
      verify: async () => undefined,
    },
    () => null,
  ),
  initial: {},
  undoOnRefusal: false,
});

test('positive control: the former roll back, which removed all releases, is caught by a walk', async () => {
  const model = ggufFile();
  const walked = await walk(0, model, oldRollBack);
  expect(walked.violations.some((line) => line.startsWith('kept passwords are gone'))).toBe(true);
});
