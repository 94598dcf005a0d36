/**
 * The whole wizard on the real engine, in English: what is tampered with is refused, a finding is overridden, and one
 * installation goes through a reload, a second window, a cancel and a killed engine to the green report.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { reportDocument } from '../../../installer/contract/report.ts';
import { airgap } from '../../e2e/support/airgap.ts';
import { actionTimeout, openBrowser, openWizard, type PageProblems } from '../walk.ts';
import {
  chooseMedium,
  compareFingerprints,
  confirmPlan,
  goOn,
  logLines,
  machineChecked,
  onPage,
  outcome,
  overrideFailures,
  stepBegun,
  timeline,
  wayIsClosed,
} from './support/officer.ts';
import { inspectPage, keepFailure, picture } from './support/pictures.ts';
import { readmePicture } from './support/readme-pictures.ts';
import { makeWizardSite, type WizardSite } from './support/wizard-site.ts';

const reason = 'Agreed with the vendor: this is a trial for one user, not for production.';

let on: WizardSite;
let browser: Browser;
let page: Page;
let problems: PageProblems;

const look = (name: string) => inspectPage(page, `${name}-en`);

beforeAll(async () => {
  on = await makeWizardSite('english');
  browser = await openBrowser();
  [page, problems] = await openWizard(browser, on.engine.url, 'en');
});
afterAll(async () => {
  await browser?.close();
  await on?.destroy();
});

afterEach(({ task }) => keepFailure(page, task));

it('Start lists the media that are plugged in, as they call themselves', async () => {
  await page.locator(`[id="medium-${on.sticks.codegraph}"]`).waitFor();
  expect(await page.locator('[name=medium]').count()).toBe(3);
  await look('start-media');
});

it('a bundle whose list was forged is refused: file, code, remedy, and no way on', async () => {
  await chooseMedium(page, on.sticks.forged, on.sticks.root);
  await goOn(page, 'trust');
  const alert = page.locator('[data-testid=error]');
  await alert.waitFor();
  const text = await alert.innerText();
  expect(text).toContain('SIGNATURE_INVALID');
  expect(text).toMatch(/bundle\.json\.[\w-]+\.sig/);
  expect(text).toContain('Copy the signed file');
  expect(await wayIsClosed(page)).toBe(true);
  await look('trust-forged');
});

it('a model with one changed byte is found by reading every byte: file, code, remedy, and no way on', async () => {
  await page.locator('.wz-foot button.pf-m-secondary').click();
  await onPage(page, 'start');
  await chooseMedium(page, on.sticks.damaged, on.sticks.root);
  await goOn(page, 'trust');
  await compareFingerprints(page);
  await page.locator('#every-byte').click();
  const alert = page.locator('[data-testid=error]');
  await alert.waitFor();
  const text = await alert.innerText();
  expect(text).toContain('BUNDLE_FILE_CHANGED');
  expect(text).toContain('models/model.gguf');
  expect(text).toContain('Copy models/model.gguf to the stick again');
  expect(await wayIsClosed(page)).toBe(true);
  await look('trust-damaged');
  await readmePicture(page, 'refused', { top: '#bytes' });
});

it('the true bundle: signatures hold, and every byte is as signed', async () => {
  await page.locator('.wz-foot button.pf-m-secondary').click();
  await onPage(page, 'start');
  await chooseMedium(page, on.sticks.codegraph, on.sticks.root);
  await look('start');
  await goOn(page, 'trust');
  await page.locator('#compared').waitFor();
  expect(await wayIsClosed(page), 'the fingerprints were not compared').toBe(true);
  await compareFingerprints(page);
  await page.locator('#every-byte').click();
  await page.locator('#every-byte-valid').waitFor();
  await look('trust');
  await readmePicture(page, 'trust', { top: '#compare' });
  await goOn(page, 'readiness');
});

it('a check that fails blocks, until somebody answers for going on', async () => {
  await page.locator('#tier').selectOption('production');
  await machineChecked(page);
  const open = page.locator('[data-override=open]').first();
  expect(await wayIsClosed(page)).toBe(true);
  await look('readiness-failed');
  await open.click();
  await page.locator('textarea').fill('too short');
  expect(await page.locator('button.pf-m-warning').isDisabled(), 'ten characters are asked for').toBe(true);
  await look('readiness-override');
  await page.locator('[data-override=cancel]').click();
  expect(await overrideFailures(page, reason)).toBeGreaterThan(0);
  await page.locator('#readiness-accepted').waitFor();
  await look('readiness');
  await readmePicture(page, 'readiness');
  await goOn(page, 'configure');
});

it('the form says what is wrong with an answer as it is typed', async () => {
  await page.locator('#input-siem_host').fill('not a host');
  const wrong = page.locator('#input-siem_host-help .pf-m-error');
  await wrong.waitFor();
  expect(await wayIsClosed(page)).toBe(true);
  await look('configure-wrong');
  await page.locator('#input-siem_host').fill('siem.local');
  await wrong.waitFor({ state: 'detached' });
  await look('configure');
  await goOn(page, 'plan');
});

it('the plan names every step, and begins only when it is confirmed', async () => {
  await page.locator('#confirmed').waitFor();
  expect(await wayIsClosed(page)).toBe(true);
  const planned = await page.locator('main table').first().locator('tbody tr').count();
  await look('plan');
  await confirmPlan(page);
  await stepBegun(page, 'verifyMedia');
  expect(Object.keys(await timeline(page))).toHaveLength(planned);
});

it('a reload in the middle finds the installation again and replays what was said', async () => {
  await stepBegun(page, 'loadImages');
  on.holdDocker();
  await page.locator('#log .pf-v6-c-expandable-section__toggle button').click();
  const before = { steps: await timeline(page), lines: await logLines(page) };
  await page.reload();
  await stepBegun(page, 'loadImages');
  await page.locator('#log .pf-v6-c-expandable-section__toggle button').click();
  const after = { steps: await timeline(page), lines: await logLines(page) };
  expect(before.lines.length).toBeGreaterThan(3);
  // Newest first: what was there is the end of what is there now.
  expect(after.lines.slice(-before.lines.length)).toEqual(before.lines);
  for (const [step, status] of Object.entries(before.steps)) {
    if (status === 'done') expect(after.steps[step], step).toBe('done');
  }
});

it('a second window shows the same and may change nothing', async () => {
  const second = await page.context().newPage();
  second.setDefaultTimeout(actionTimeout);
  await second.goto(new URL('/', on.engine.url).href);
  await onPage(second, 'install');
  await stepBegun(second, 'loadImages');
  await second.locator('.wz-banners .pf-v6-c-alert').waitFor();
  expect(await second.locator('#cancel').isDisabled()).toBe(true);
  await inspectPage(second, 'install-second-window-en');
  await second.close();
  expect(await page.locator('#cancel').isDisabled(), 'the first window still works').toBe(false);
});

it('cancelling says what it leaves, and is not a failure', async () => {
  await readmePicture(page, 'install');
  await look('install');
  await page.locator('#cancel').click();
  const dialog = page.locator('[role=dialog]');
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain('Finished steps stay on this machine');
  await look('install-cancel');
  await dialog.locator('button.pf-m-danger').click();
  await page.locator('#cancel:disabled').waitFor();
  on.releaseDocker();
  await outcome(page, 'cancelled');
  expect(Object.values(await timeline(page))).not.toContain('failed');
  await look('install-cancelled');
});

it('an engine that is killed in the middle of the resumed installation is told, and its successor takes over', async () => {
  await page.locator('#again').click();
  await outcome(page, 'none');
  await stepBegun(page, 'startStack');
  expect(await page.locator('#cancel').isDisabled(), 'this run was not cancelled').toBe(false);
  const { said } = on.engine;
  await on.engine.kill();
  await page.locator('.wz-banners .pf-v6-c-alert.pf-m-warning').waitFor();
  await picture(page, 'install-lost-en');
  await on.restartEngine();
  // The new process knows nobody: the page says so, and its printed address brings the same window back.
  await page.locator('.wz-banners .pf-v6-c-alert.pf-m-danger').waitFor();
  await look('install-refused');
  await page.goto(on.engine.url);
  await outcome(page, 'interrupted');
  expect(Object.values(await timeline(page))).toContain('interrupted');
  await look('install-interrupted');
  expect(`${said()}${on.engine.said()}`).not.toContain('token=');
});

it('resumed again it goes on where it was, to the end', async () => {
  await page.locator('#again').click();
  await outcome(page, 'done');
  expect(await timeline(page)).toMatchObject({
    startRegistry: 'unchanged',
    loadImages: 'unchanged',
    placeModel: 'unchanged',
    smoke: 'done',
    report: 'done',
  });
  await look('install-done');
  await goOn(page, 'tests');
  expect(await page.locator('main tbody .pf-m-danger').count()).toBe(0);
  await look('tests');
  await readmePicture(page, 'tests');
  await goOn(page, 'report');
});

let head: string;
let saved: string;

it('the report can be read, saved to a stick, and proven with the hash from the screen', async () => {
  const fingerprint = page.locator('.wz-fingerprint');
  await fingerprint.waitFor();
  head = (await fingerprint.getAttribute('data-value')) ?? '';
  await look('report');
  await page.locator('#report-folder').fill(join(on.sticks.codegraph, 'reports'));
  await page.locator('#report-folder-save').click();
  await page.getByText('FOLDER_IS_BUNDLE').waitFor();
  await page.locator('#report-folder').fill(on.sticks.reports);
  await page.locator('#report-folder-save').click();
  await page.locator('#report-folder-saved').waitFor();
  const names = await readdir(on.sticks.behind.reports);
  saved = join(on.sticks.behind.reports, names.find((name) => name.endsWith('.json')) ?? '');
  expect((await airgap('report', 'verify', saved, '--head', head)).exitCode).toBe(0);
  expect((await airgap('report', 'verify', saved, '--head', `sha256:${'0'.repeat(64)}`)).exitCode).toBe(1);
});

it('the override and its reason stand in the report', async () => {
  const document = reportDocument.parse(JSON.parse(await readFile(saved, 'utf8')));
  expect(document.evidence.overrides.length).toBeGreaterThan(0);
  for (const { justification } of document.evidence.overrides) expect(justification).toBe(reason);
  const html = (await readdir(on.sticks.behind.reports)).find((name) => name.endsWith('.en.html')) ?? '';
  expect(await readFile(join(on.sticks.behind.reports, html), 'utf8')).toContain(reason);
});

it('the passwords are shown once, and saved for the administrator only', async () => {
  await page.locator('#secrets-folder').fill(on.sticks.reports);
  await page.locator('#secrets-folder-save').click();
  await page.locator('#secrets-folder-saved').waitFor();
  const names = await readdir(on.sticks.behind.reports);
  const file = join(on.sticks.behind.reports, names.find((name) => name.includes('secrets')) ?? '');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await page.locator('#show-secrets').click();
  const shown = page.locator('#secrets tbody .wz-mono');
  await shown.first().waitFor();
  const values = await shown.allInnerTexts();
  for (const value of values) expect(await readFile(file, 'utf8')).toContain(value);
  await page.reload();
  await page.locator('#show-secrets').click();
  await page.getByText('SECRETS_SHOWN').first().waitFor();
  expect(await shown.count()).toBe(0);
});

it('the printed report is the report and nothing of the wizard', async () => {
  await page.reload();
  await page.locator('.wz-fingerprint').waitFor();
  // Chromium without a screen has no print dialog: what would be printed stays to be looked at.
  await page.evaluate('window.print = () => undefined');
  await page.locator('#print').click();
  await page.emulateMedia({ media: 'print' });
  await page.locator('.wz-paper').waitFor();
  expect(await page.locator('.wz-shell').isVisible()).toBe(false);
  await picture(page, 'report-printed-en');
  await page.emulateMedia({ media: 'screen' });
});

it('the site stayed isolated, and the pages had nothing to complain about', async () => {
  await on.site.assertIsolated();
  // The connection was broken on purpose, and an address was used twice.
  const own = problems.console.filter((line) => !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(line));
  expect(own).toEqual([]);
});
