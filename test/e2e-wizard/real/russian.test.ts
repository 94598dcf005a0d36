/**
 * The whole wizard on the real engine, in Russian: an installation that fails on a damaged stick is retried from a repaired
 * one, cancelled, rolled back, and carried out again, from Start to the green report, by keyboard alone.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { list } from 'tar';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { engineState } from '../../e2e/support/snapshot.ts';
import { arrived, chooseByKeyboard, goOnByKeyboard, overrideByKeyboard, press } from '../by-keyboard.ts';
import { openBrowser, openWizard, type PageProblems } from '../walk.ts';
import {
  chooseMedium,
  compareFingerprints,
  confirmPlan,
  goOn,
  machineChecked,
  outcome,
  overrideFailures,
  stepBegun,
  timeline,
} from './support/officer.ts';
import { inspectPage, inspectZoomed, keepFailure } from './support/pictures.ts';
import { readmePicture } from './support/readme-pictures.ts';
import { flipByte, makeWizardSite, modelByte, type WizardSite } from './support/wizard-site.ts';

const reason = 'Согласовано с поставщиком: пробная установка для одного пользователя.';

let on: WizardSite;
let browser: Browser;
let page: Page;
let problems: PageProblems;

async function look(name: string): Promise<void> {
  await inspectPage(page, `${name}-ru`);
  await inspectZoomed(page, `${name}-ru`);
}

beforeAll(async () => {
  on = await makeWizardSite('russian');
  browser = await openBrowser();
  [page, problems] = await openWizard(browser, on.engine.url, 'ru');
});
afterAll(async () => {
  await browser?.close();
  await on?.destroy();
});
afterEach(({ task }) => keepFailure(page, task));

it('an installation from a damaged stick stops before it changes anything: step, file, code, remedy', async () => {
  const before = await engineState(on.site);
  await chooseMedium(page, on.sticks.damaged, on.sticks.root);
  await look('start');
  await goOn(page, 'trust');
  await compareFingerprints(page);
  await look('trust');
  await goOn(page, 'readiness');
  await machineChecked(page);
  await look('readiness');
  await overrideFailures(page, reason);
  await look('readiness-overridden');
  await goOn(page, 'configure');
  await look('configure');
  await goOn(page, 'plan');
  await page.locator('#confirmed').waitFor();
  await look('plan');
  await confirmPlan(page);
  await outcome(page, 'failed');
  expect(await timeline(page)).toMatchObject({ readiness: 'done', checkMedia: 'failed', startRegistry: 'waiting' });
  const text = await page.locator('[data-testid=error]').innerText();
  expect(text).toContain('BUNDLE_FILE_CHANGED');
  expect(text).toContain('models/model.gguf');
  expect(text).toContain('скопируйте models/model.gguf');
  expect(await engineState(on.site)).toEqual(before);
  await look('install-failed');
});

it('the support data are saved to a stick', async () => {
  const { names } = await saveSupport();
  expect(names).toContain('runs.json');
  expect(names.filter((name) => name.startsWith('events-'))).toHaveLength(1);
});

it('from the repaired stick the same is retried; when services are on their way, it is cancelled', async () => {
  await flipByte(join(on.sticks.behind.damaged, modelByte.path), modelByte.at);
  await page.locator('#again').click();
  await outcome(page, 'none');
  await stepBegun(page, 'loadImages');
  on.holdDocker();
  await look('install');
  await page.locator('#cancel').click();
  await page.locator('[role=dialog]').waitFor();
  await look('install-cancel');
  await page.keyboard.press('Escape');
  on.releaseDocker();
  await stepBegun(page, 'startStack');
  await page.locator('#cancel').click();
  await page.locator('[role=dialog] button.pf-m-danger').click();
  await outcome(page, 'cancelled');
  expect(await timeline(page)).toMatchObject({ loadImages: 'done', placeModel: 'done', startStack: 'cancelled' });
});

it('the support data then hold no password', async () => {
  const { text } = await saveSupport();
  const releases = join(on.site.dataDir, 'releases');
  const [release] = await readdir(releases);
  const env = await readFile(join(releases, release ?? '', '.env'), 'utf8');
  const passwords = [...env.matchAll(/^\w*(?:PASSWORD|SECRET)\w*='?([^'\n]{16,})/gm)].map((match) => match[1] ?? '');
  expect(passwords.length).toBeGreaterThanOrEqual(4);
  for (const password of passwords) expect(text.includes(password)).toBe(false);
});

it('rolling back removes all of it', async () => {
  await page.locator('#roll-back').click();
  await page.locator('[role=dialog]').waitFor();
  await look('roll-back');
  await page.locator('#roll-back-yes').click();
  await outcome(page, 'done');
  await look('rolled-back');
  const { containers, images, volumes } = await engineState(on.site);
  expect({ containers, images, volumes }).toEqual({ containers: [], images: [], volumes: [] });
  const left = (await readdir(on.site.dataDir)).filter((name) => !/^(journal|lock)\.db/.test(name));
  expect(left).toEqual([]);
});

it('the whole way again, by keyboard alone, to the green report', async () => {
  await press(page, '.wz-foot .pf-m-primary', 'Enter');
  await arrived(page, 'start');
  await chooseByKeyboard(page, on.sticks.codegraph, on.sticks.root);
  await overrideByKeyboard(page, reason);
  await goOnByKeyboard(page, 'configure');
  await goOnByKeyboard(page, 'plan');
  await press(page, '#confirmed', 'Space');
  await goOnByKeyboard(page, 'install');
  await outcome(page, 'done');
  await look('install-done');
  await goOnByKeyboard(page, 'tests');
  await look('tests');
  await goOnByKeyboard(page, 'report');
  await page.locator('.wz-fingerprint').waitFor();
  await look('report');
  await readmePicture(page, 'report-ru', { dark: true });
});

it('the pages had nothing to complain about, and the site stayed isolated', async () => {
  expect(problems.console).toEqual([]);
  await on.site.assertIsolated();
});

/** Presses the button; gives the names in the archive and all its text. */
async function saveSupport(): Promise<{ names: string[]; text: string }> {
  const { reports } = on.sticks.behind;
  const before = await readdir(reports);
  await page.locator('#support-folder').fill(on.sticks.reports);
  await page.locator('#support-folder-save').click();
  await page.locator('#support-folder-saved').waitFor();
  const name = (await readdir(reports)).find((each) => !before.includes(each)) ?? '';
  const names: string[] = [];
  const chunks: Buffer[] = [];
  await list({
    file: join(reports, name),
    onReadEntry: (entry) => {
      names.push(entry.path);
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    },
  });
  return { names, text: Buffer.concat(chunks).toString() };
}
