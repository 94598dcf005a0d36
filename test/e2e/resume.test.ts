/** An installation that is cancelled, and one whose process is killed, go on where they were; nothing is left half-done. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { temporarySuffix } from '../../installer/base/atomic-file.ts';
import { airgapArgv, demoOverrides } from '../site/demo-bundle.ts';
import { createSite, type Site } from '../site/site.ts';
import { airgapIn, bodies, type CliResult, result } from './support/airgap.ts';

const demo = inject('demo');
const installArgs = ['install', '--yes', '--bundle', demo.bundle, '--root', demo.root, ...demoOverrides];

let dir: string;
let site: Site;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-resume-');
  site = await createSite({ dir: join(dir, 'site'), log: console.error });
});

afterAll(async () => {
  await site?.destroy();
  await rm(dir, { recursive: true, force: true });
});

/** Starts an install and sends its process a signal as soon as an event of the stream has been seen. */
async function interrupted(signal: NodeJS.Signals, when: string): Promise<CliResult> {
  const run = site.exec(airgapArgv('--data-dir', site.dataDir, '--json', ...installArgs), {
    reject: false,
    stdin: 'ignore',
  });
  let seen = '';
  run.stdout.on('data', (chunk: Buffer) => {
    if (seen.includes(when)) return;
    seen += chunk.toString();
    if (seen.includes(when)) run.kill(signal);
  });
  return result(await run);
}

const lastRun = () => {
  const journal = readJournal(site.dataDir);
  try {
    return journal?.runs(1)[0];
  } finally {
    journal?.close();
  }
};

it('Ctrl-C while images are copied: exit code 6, cancelled is not failed, and the journal says so', async () => {
  const run = await interrupted('SIGINT', '"kind":"progress","step":"loadImages"');
  expect(run.exitCode).toBe(6);
  expect(bodies(run, 'runFinished')).toMatchObject([{ outcome: 'cancelled', error: { code: 'CANCELLED' } }]);
  expect(lastRun()).toMatchObject({ outcome: 'cancelled' });
});

it('SIGKILL while the stack starts: the journal has the intent without an outcome, and nothing holds the lock', async () => {
  const run = await interrupted('SIGKILL', '"kind":"service"');
  expect(bodies(run, 'runFinished')).toEqual([]);
  expect(lastRun()).toMatchObject({ outcome: null, finishedAt: null });
  const journal = readJournal(site.dataDir);
  expect(journal?.steps(lastRun()?.id ?? '').at(-1)).toMatchObject({ step: 'startStack', outcome: null });
  journal?.close();
});

it('the same command then finishes the installation, without doing again what was done', async () => {
  const run = await airgapIn(site, installArgs);
  expect(run.exitCode).toBe(0);
  const outcomes = Object.fromEntries(bodies(run, 'stepFinished').map(({ step, outcome }) => [step, outcome]));
  expect(outcomes).toMatchObject({
    startRegistry: 'unchanged',
    loadImages: 'unchanged',
    placeModel: 'unchanged',
    renderConfig: 'unchanged',
    smoke: 'done',
    report: 'done',
  });
  const names = await readdir(site.dataDir, { recursive: true });
  expect(names.filter((name) => name.includes(temporarySuffix))).toEqual([]);
});
