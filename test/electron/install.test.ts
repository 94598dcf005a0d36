/**
 * The packaged installer as an officer uses it: a person without rights opens the window, becomes root for the engine alone, and
 * installs the demo bundle into an isolated site. Through every page, in English and in Russian; through being quit and through
 * its engine being killed in mid-install, to the green report and its PDF. The tests go on from each other.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import type { Language } from '../../installer/contract/texts.ts';
import {
  chooseMedium,
  compareFingerprints,
  confirmPlan,
  goOn,
  machineChecked,
  onPage,
  outcome,
  overrideFailures,
  stepBegun,
  timeline,
} from '../e2e-wizard/real/support/officer.ts';
import { type DesktopSite, makeDesktopSite } from './support/desktop-site.ts';
import { type Desk, launch } from './support/launch.ts';
import { listenOutside } from './support/outside.ts';
import { askEverywhere, rendererStatus } from './support/probes.ts';
import { makeHome } from './support/rig.ts';
import { patience, until } from './support/until.ts';

const { user } = inject('desktop');
const pictures = 'dist/desktop-pictures';
const reason = 'Agreed with the vendor: a trial for one user, not for production.';

let on: DesktopSite;
let home: string;
let desk: Desk;
/** What no page may cause: errors in its script, violations of its policy. */
const faults: string[] = [];
let broken = false;

const look = async (name: string) => {
  const fits = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
  expect(await desk.page.evaluate(fits), `${name} fits sideways`).toBe(true);
  await desk.page.screenshot({ path: join(pictures, `${name}.png`) });
};

async function open(language: Language): Promise<void> {
  const environment = language === 'ru' ? 'LANG=ru_RU.UTF-8 LANGUAGE=ru' : '';
  desk = await launch(on.product.executable, { home, port: false, environment });
  desk.page.setDefaultTimeout(patience);
  desk.page.on('pageerror', (error) => faults.push(error.message));
  desk.page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
  await onPage(desk.page, 'start');
}

async function elevate(): Promise<void> {
  await desk.page.locator('[data-action=elevate]').click();
  await desk.page.locator('[data-action=elevate]').waitFor({ state: 'detached' });
}

/**
 * From Start to the plan; each page is looked at. Where nothing was begun yet, rights are needed from Readiness on; afterwards from Trust on,
 * since only root reads what the site remembers of roots and releases.
 */
async function walkToPlan(language: Language, elevateOn: 'trust' | 'readiness'): Promise<void> {
  const { page } = desk;
  const see = (name: string) => look(`${name}-${language}`);
  await chooseMedium(page, on.stick.bundle, on.stick.root);
  await see('start');
  await goOn(page, 'trust');
  if (elevateOn === 'trust') {
    await see('trust-without-rights');
    await elevate();
  }
  await compareFingerprints(page);
  await see('trust');
  await goOn(page, 'readiness');
  await machineChecked(page);
  if (elevateOn === 'readiness') {
    await see('readiness-without-rights');
    await elevate();
  }
  await overrideFailures(page, reason);
  await see('readiness');
  await goOn(page, 'configure');
  await see('configure');
  await goOn(page, 'plan');
  await page.locator('#confirmed').waitFor();
  await see('plan');
}

const answerWith = (response: number) =>
  desk.app.evaluate(({ dialog }, chosen) => {
    dialog.showMessageBox = async () => ({ response: chosen, checkboxChecked: false });
  }, response);
const closeWindow = () => desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

async function savePdf(name: string): Promise<string> {
  const file = join(home, `${name}.pdf`);
  await desk.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, file);
  await desk.page.locator('#print').click();
  await desk.page.getByText(file).waitFor();
  return (await execa('pdftotext', ['-layout', file, '-'])).stdout;
}

const lastRun = () => {
  const journal = readJournal(on.site.dataDir);
  try {
    return journal?.runs(1)[0];
  } finally {
    journal?.close();
  }
};

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  on = await makeDesktopSite((line) => console.error(`desktop: ${line}`));
  home = await makeHome();
  await open('en');
});
afterAll(async () => {
  await desk?.close();
  await on?.destroy();
});
beforeEach(() => {
  if (broken) throw new Error('not tried: the test before this one, on which it builds, has failed');
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || broken) return;
  broken = true;
  await desk.page.screenshot({ path: join(pictures, 'failed.png') }).catch(() => undefined);
  console.error(await desk.page.locator('body').innerText().catch(String), desk.log(), faults);
});

it('the wizard stands in a sandboxed process of a person without rights', async () => {
  const status = await rendererStatus(desk);
  expect(status).toMatchObject({ Seccomp: '2', NoNewPrivs: '1' });
  expect(status.pidNamespace).not.toBe(status.ownPidNamespace);
  expect(status.Uid?.split('\t')).toEqual(Array(4).fill(String(user.uid)));
  expect(await desk.page.locator('html').getAttribute('lang')).toBe('en');
  expect(await on.engines()).toEqual([]);
});

it('nothing that the wizard’s page asks for outside leaves it', async () => {
  const outside = await listenOutside();
  try {
    await askEverywhere(desk, outside.url);
    expect(outside.hits()).toBe(0);
  } finally {
    await outside.end();
  }
  // What was asked for stands in the page, and in the policy’s complaints.
  faults.length = 0;
  await desk.page.reload();
});

it('becoming root is refused where nobody allows it, and the wizard says so', async () => {
  const { page } = desk;
  await page.locator('#mode-readiness').check();
  await goOn(page, 'readiness');
  await machineChecked(page);
  await page.locator('[data-action=elevate]').click();
  await page.locator('[data-elevation=refused]').waitFor();
  await machineChecked(page);
  await look('elevation-refused-en');
  expect(await on.engines()).toEqual([]);
  await on.allowElevation();
  await page.locator('.wz-foot button.pf-m-secondary').click();
  await onPage(page, 'start');
  await page.locator('#mode-install').check();
});

it('every page up to the plan, in English; the engine alone becomes root, and the page stays', async () => {
  await walkToPlan('en', 'readiness');
  expect(await on.engines()).toHaveLength(1);
  expect((await rendererStatus(desk)).Uid).toMatch(new RegExp(`^${user.uid}\t`));
});

it('closing the window while it installs asks; without a yes it stays, and a reload finds the installation again', async () => {
  await confirmPlan(desk.page);
  await stepBegun(desk.page, 'checkMedia');
  await answerWith(0);
  await closeWindow();
  await until('it asked', () => desk.log().includes('quit-asked {"leave":false}'));
  await desk.page.reload();
  await stepBegun(desk.page, 'startRegistry');
  await look('install-en');
});

it('with a yes it ends, the engine after its step, and the journal says cancelled', async () => {
  await answerWith(1);
  void closeWindow().catch(() => undefined);
  await until('the app has ended', () => desk.child.exitCode !== null);
  expect(desk.child.exitCode).toBe(0);
  await until('the engine has ended', async () => (await on.engines()).length === 0);
  expect(lastRun()).toMatchObject({ outcome: 'cancelled' });
});

it('opened again in Russian: every page up to the plan', async () => {
  await open('ru');
  expect(await desk.page.locator('html').getAttribute('lang')).toBe('ru');
  expect(await desk.page.locator('h1').innerText()).toBe('Начало');
  await walkToPlan('ru', 'trust');
});

it('the engine killed in mid-install is brought back; the wizard says what happened and offers to go on', async () => {
  const { page } = desk;
  await confirmPlan(page);
  await stepBegun(page, 'loadImages');
  const before = lastRun();
  await on.killEngine();
  await outcome(page, 'interrupted');
  await look('install-killed-ru');
  expect(before).toMatchObject({ outcome: null });
  expect(await on.engines()).toHaveLength(1);
  await page.locator('#again').click();
  await outcome(page, 'done');
  expect(lastRun()?.id).not.toBe(before?.id);
  expect(await timeline(page)).toMatchObject({ startRegistry: 'unchanged', smoke: 'done', report: 'done' });
  await look('installed-ru');
});

it('its tests and its report, in Russian, and the report as a PDF with its text', async () => {
  await goOn(desk.page, 'tests');
  await look('tests-ru');
  await goOn(desk.page, 'report');
  await desk.page.locator('#print').waitFor();
  await look('report-ru');
  const text = await savePdf('отчёт');
  expect(text).toContain('Отчёт: Установка');
  expect(text).toContain('Итоговая контрольная сумма');
  expect(text).toContain('CodeGraph 1.2.0');
  expect(text).toContain(user.name);
});

it('the same in English, by the button for it', async () => {
  await desk.page.locator('#language-en').click();
  await desk.page.locator('#print').waitFor();
  expect(await desk.page.locator('h1').innerText()).toBe('Report');
  await look('report-en');
  const text = await savePdf('report');
  expect(text).toContain('Installation report');
  expect(text).toContain('CodeGraph 1.2.0');
  await desk.page.locator('.wz-foot button.pf-m-secondary').click();
  await onPage(desk.page, 'tests');
  await look('tests-en');
});

it('closing the window asks nothing when nothing runs, and its engine goes with it', async () => {
  void closeWindow().catch(() => undefined);
  await until('the app has ended', () => desk.child.exitCode !== null);
  expect(desk.child.exitCode).toBe(0);
  expect(desk.log()).not.toContain('quit-asked');
  await until('the engine has ended', async () => (await on.engines()).length === 0);
});

it('in all this the page had no fault, asked for nothing outside, and the site stayed isolated', async () => {
  expect(faults).toEqual([]);
  expect(desk.logged('request-cancelled')).toBe(0);
  await on.site.assertIsolated();
});
