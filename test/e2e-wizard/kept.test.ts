/**
 * What was opened, decided and typed belongs to the site and not to a tab: every page shows what it showed after a reload, in a new
 * window, and after the engine was started again at another address.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from './fake-engine.ts';
import { actionTimeout, next, openBrowser, openWizard, walk } from './walk.ts';

let browser: Browser;
let dir: string;
let fake: FakeEngine;
let options: FakeEngineOptions;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  dir = await mkdtemp('/var/tmp/airgap-kept-');
  options = { draftFile: join(dir, 'wizard.json') };
  fake = await startFakeEngine(options);
});
afterEach(async () => {
  await fake.close();
  await rm(dir, { recursive: true, force: true });
});

/** All that a person reads or has typed on the page, once nothing is looked at any more. */
async function shown(page: Page): Promise<string> {
  await page.locator('main:not([data-page=loading])').waitFor();
  for (const busy of ['#checking', '#opening', 'main [role=status] svg.pf-v6-c-spinner']) {
    await page.locator(busy).first().waitFor({ state: 'detached' });
  }
  const fields = `[...document.querySelectorAll('main input:not([type=radio]), main textarea, main select')]
    .map((field) => (field.type === 'checkbox' ? field.checked : field.value)).join('\\n')`;
  const which = await page.locator('main').getAttribute('data-page');
  return [which, await page.locator('main').innerText(), await page.evaluate<string>(fields)].join('\n');
}

/** Shows the page again in each way; the differences are what was lost. */
async function lostBy(page: Page, wanted: string): Promise<string[]> {
  const lost: string[] = [];
  // What a page asks the engine for comes a moment after the page itself.
  const note = async (way: string, of: Page) => {
    for (let tries = 0; tries < 25; tries += 1) {
      if ((await shown(of)) === wanted) return;
      await of.waitForTimeout(200);
    }
    lost.push(way);
  };
  await page.reload();
  await page.locator('.wz-banners .pf-v6-c-alert').waitFor({ state: 'detached' });
  await note('reload', page);
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 }, locale: 'en-GB' });
  const second = await context.newPage();
  second.setDefaultTimeout(actionTimeout);
  await second.goto(fake.url);
  await note('new window', second);
  await fake.close();
  fake = await startFakeEngine(options);
  await second.goto(fake.url);
  await note('restart at another address', second);
  await context.close();
  await page.goto(fake.url);
  await page.locator('.wz-banners .pf-v6-c-alert').waitFor({ state: 'detached' });
  return lost;
}

const before = ['start', 'trust', 'readiness', 'override', 'overridden', 'configure-wrong', 'configure'];

describe('what was chosen is kept', () => {
  test('every page before the installation shows what it showed', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    const seen: string[] = [];
    await walk(page, async (name) => {
      if (!before.includes(name)) return;
      seen.push(name);
      const wanted = await shown(page);
      expect(await lostBy(page, wanted), name).toEqual([]);
    });
    expect(seen).toEqual(before);
    await page.context().close();
  });

  test('control: an engine that keeps nothing loses them, and that is noticed', async () => {
    await fake.close();
    options = { ...options, forgets: true };
    fake = await startFakeEngine(options);
    const [page] = await openWizard(browser, fake.url, 'en');
    await page.locator('#root-file').fill('/root/vendor/root.json');
    expect(await lostBy(page, await shown(page))).toEqual(['reload', 'new window', 'restart at another address']);
    await page.context().close();
  });

  test('the installation, its tests and its report are found again; Finish ends what was kept', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async () => undefined);
    await page.locator('main .pf-m-success.pf-v6-c-alert').waitFor();
    for (const where of ['install', 'tests', 'report']) {
      await page.locator(`main[data-page=${where}]`).waitFor();
      const wanted = await shown(page);
      await page.reload();
      await page.locator('.wz-banners .pf-v6-c-alert').waitFor({ state: 'detached' });
      expect(await shown(page), where).toBe(wanted);
      await next(page);
    }
    await page.locator('main[data-page=start]').waitFor();
    expect(await page.locator('#bundle-folder').inputValue()).toBe('');
    await page.reload();
    await page.locator('main[data-page=start]').waitFor();
    expect(await page.locator('#officer-name').inputValue()).toBe('');
    await page.context().close();
  });

  test('a machine is never judged without the chosen bundle, however one came to the page', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async (name) => {
      if (name !== 'readiness') return;
      await page.locator('#readiness-fail').waitFor();
      expect(await lostBy(page, await shown(page))).toEqual([]);
      expect(await page.locator('.wz-foot .pf-m-primary').getAttribute('aria-disabled')).toBe('true');
    });
    expect(fake.checks.length).toBeGreaterThan(0);
    for (const { bundle, root } of fake.checks) expect([bundle, root]).not.toContain(null);
    await page.context().close();
  });

  test('another bundle under the same path: what was compared does not count for it', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async (name) => {
      if (name !== 'readiness') return;
      const { opened } = fake;
      fake.opened = { ...opened, view: { ...opened.view, manifestDigest: `sha256:${'0'.repeat(64)}` } };
      await page.reload();
      await page.locator('#not-compared').waitFor();
      expect(await page.locator('.wz-foot .pf-m-primary').getAttribute('aria-disabled')).toBe('true');
      fake.opened = opened;
      await page.reload();
      await page.locator('#readiness-fail').waitFor();
      expect(await page.locator('#not-compared').count()).toBe(0);
    });
    await page.context().close();
  });

  test('a stick that was pulled out is said calmly on each page, with a way on; plugged in again all is there', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async (name) => {
      if (!['trust', 'readiness', 'configure'].includes(name)) return;
      const wanted = await shown(page);
      const gone = { code: 'BUNDLE_NOT_FOUND' as const, params: { dir: '/media/officer/CODEGRAPH' } };
      fake.pathProblems['/media/officer/CODEGRAPH'] = gone;
      await page.reload();
      await page.locator('#not-there.pf-m-warning').waitFor();
      expect(await page.locator('#refused').count()).toBe(0);
      expect(await page.locator('.wz-foot .pf-m-primary').getAttribute('aria-disabled')).toBe('true');
      delete fake.pathProblems['/media/officer/CODEGRAPH'];
      await page.locator('#open-again').click();
      expect(await shown(page), name).toBe(wanted);
    });
    await page.context().close();
  });

  test('a window that only looks on follows the other one and decides nothing', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    const [second] = await openWizard(browser, fake.url, 'ru');
    await walk(page, async (name) => {
      if (!['start', 'trust', 'readiness', 'configure'].includes(name)) return;
      await second.locator(`main[data-page=${name}]`).waitFor();
    });
    await second.locator('main[data-page=install]').waitFor();
    await second.context().close();
    await page.context().close();
  });

  test('a window that only looks on cannot type or tick', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    const [second] = await openWizard(browser, fake.url, 'ru');
    await second.locator('.wz-banners .pf-v6-c-alert').waitFor();
    for (const id of ['#bundle-folder', '#root-file', '#officer-name', '#mode-install']) {
      expect(await second.locator(id).isDisabled(), id).toBe(true);
      expect(await page.locator(id).isDisabled(), id).toBe(false);
    }
    await second.context().close();
    await page.context().close();
  });

  test('a reason that is being written stays as it is when the language changes', async () => {
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async (name) => {
      if (name !== 'override') return;
      const reason = await page.locator('textarea').inputValue();
      await page.locator('#language-ru').click();
      expect(await page.locator('textarea').inputValue()).toBe(reason);
      await page.locator('#language-en').click();
    });
    await page.context().close();
  });
});

describe('what is typed decides before the plan is agreed to', () => {
  test('a port in use stops the plan and leads to the settings, where it is mended', async () => {
    fake.takenPorts = [8123];
    const [page] = await openWizard(browser, fake.url, 'en');
    await walk(page, async (name) => {
      if (name !== 'configure') return;
      await page.locator('#input-api_port').fill('8123');
      await next(page);
      await page.locator('#plan-findings').getByText('127.0.0.1:8123', { exact: true }).waitFor();
      await page.locator('#confirmed').check();
      expect(await page.locator('.wz-foot .pf-m-primary').getAttribute('aria-disabled')).toBe('true');
      await page.locator('#plan-findings button.pf-m-secondary').click();
      await page.locator('#input-api_port').fill('8124');
      await page.locator('.wz-foot .pf-m-primary:not([aria-disabled=true])').waitFor();
    });
    expect(fake.checks.at(-1)?.answers.api_port).toBe(8124);
    await page.context().close();
  });
});
