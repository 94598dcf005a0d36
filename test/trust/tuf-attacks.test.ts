import { afterAll, describe, expect, it } from 'vitest';
import { hashEveryByte } from '../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { rootBytes, writeMedium } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { Tally } from '../hostile/tally.ts';
import { arbitraryCases } from './tuf/arbitrary.ts';
import { endlessCases } from './tuf/endless.ts';
import { type AttackCase, firstRoot } from './tuf/honest.ts';
import { keyCases } from './tuf/keys.ts';
import { mediaCases } from './tuf/media.ts';
import { versionCases } from './tuf/versions.ts';

const workDir = workDirs();
const cases = [...arbitraryCases, ...endlessCases, ...versionCases, ...keyCases, ...mediaCases];
const goals = new Set(cases.map(({ goal }) => goal));
const attacks = new Tally('attacks on the update (TUF)', 'refused or told', 60);
const counterparts = new Tally('their honest counterparts', 'trusted', 10);
const signal = new AbortController().signal;

async function verifyAll({ files, root = rootBytes(firstRoot), site = {}, prepare, inspect }: AttackCase) {
  const dir = await workDir();
  await writeMedium(dir, files());
  await prepare?.(dir);
  const bundle = await verifyBundle({ media: await openMedia(dir), root, ...site });
  await inspect?.(bundle);
  return { bundle, hashing: hashEveryByte(bundle, { signal }) };
}

async function check(attack: AttackCase): Promise<void> {
  if (attack.ends === 'trusted') {
    const { bundle, hashing } = await verifyAll(attack);
    expect((await hashing).bytes).toBeGreaterThan(0);
    expect(bundle.signers.length).toBeGreaterThan(0);
    return;
  }
  const work = attack.whenRead === true ? verifyAll(attack).then(({ hashing }) => hashing) : verifyAll(attack);
  const error = await errorOf(work);
  expect(error.code).toBe(attack.ends);
  if (attack.file !== undefined) expect(error.params.file).toBe(attack.file);
}

describe.each([...goals])('%s', (goal) => {
  it.each(cases.filter((each) => each.goal === goal))('$name', async (attack) => {
    const tally = attack.name.startsWith('none:') ? counterparts : attacks;
    await check(attack).then(
      () => tally.add(attack.name, true),
      (error: unknown) => {
        tally.add(attack.name, false);
        throw error;
      },
    );
  });
});

it('all eleven attack goals of the specification are there', () => {
  expect([...goals].sort()).toEqual([
    'Arbitrary installation attacks',
    'Endless data attacks',
    'Extraneous dependencies attacks',
    'Fast-forward attacks',
    'Indefinite freeze attacks',
    'Malicious mirrors preventing updates',
    'Mix-and-match attacks',
    'Rollback attacks',
    'Slow retrieval attacks',
    'Vulnerability to key compromises',
    'Wrong software installation',
  ]);
});

/** What a tool does that only unpacks: reads the list and all that it names, and believes it. */
async function naive({ files, prepare }: AttackCase): Promise<void> {
  const dir = await workDir();
  await writeMedium(dir, files());
  await prepare?.(dir);
  const media = await openMedia(dir);
  const { files: listed } = JSON.parse((await media.read('bundle.json', 1e6)).toString());
  for (const { path, parts = [{ path }] } of listed) {
    for (const part of parts) await media.read(part.path, 1e6);
  }
}

it('positive control: without these checks most of the attacks would have been installed', async () => {
  let installed = 0;
  const real = cases.filter((each) => each.ends !== 'trusted');
  for (const each of real) {
    await naive(each).then(
      () => {
        installed += 1;
      },
      () => undefined,
    );
  }
  console.log(`positive control: a reader without the checks takes ${installed} of ${real.length}`);
  expect(installed).toBeGreaterThan(real.length / 2);
});

afterAll(() => {
  attacks.close();
  counterparts.close();
});
