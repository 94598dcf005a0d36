import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../installer/contract/texts.ts';
import { openedDelta } from './fake-data.ts';
import { type FakeEngine, startFakeEngine } from './fake-engine.ts';
import { actionTimeout, axeViolations, next, openBrowser, openWizard, walk } from './walk.ts';

const pictures = 'dist/wizard-pictures';
let browser: Browser;
let fake: FakeEngine;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A new engine and a window onto it; both are gone afterwards. */
async function withWizard(language: 'en' | 'ru', work: (page: Page, console: string[]) => Promise<void>) {
  fake = await startFakeEngine();
  const [page, problems] = await openWizard(browser, fake.url, language);
  try {
    await work(page, problems.console);
  } finally {
    await page.context().close();
    await fake.close();
  }
}

/** What makes the page scroll sideways: the elements that end beyond it, with their words. */
async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => element.tagName + '.' + element.className + ': ' + (element.textContent ?? '').slice(0, 60));
  })()`);
}

async function toTrust(page: Page): Promise<void> {
  await page.locator('[id="medium-/media/officer/CODEGRAPH"]').check();
  await page.locator('#root-file').fill('/root/vendor/root.json');
  await page.locator('#officer-name').fill('Irina Petrova');
  await next(page);
  await page.locator('#compared').waitFor();
}

const start = (page: Page) => page.locator('main button.pf-m-primary').first().click();

describe.each(languages)('every page, in %s', (language) => {
  test('has no violation that axe-core knows, fits 1024 pixels, and keeps the content policy', () =>
    withWizard(language, async (page, console) => {
      const visit = async (name: string) => {
        expect(await axeViolations(page), name).toEqual([]);
        expect(await sticksOut(page), name).toEqual([]);
        await page.screenshot({ path: `${pictures}/${name}-${language}.png` });
      };
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      fake.scenario = 'fails';
      await walk(page, visit);
      await page.locator('[data-testid=error]').getByText('BUNDLE_FILE_CHANGED').waitFor();
      await visit('failed');
      fake.scenario = 'stays';
      await start(page);
      await page.locator('.wz-steps [data-status=running]').waitFor();
      await page.locator('.pf-v6-c-expandable-section button').first().click();
      await visit('install');
      await page.locator('main button.pf-m-danger').click();
      await page.locator('[role=dialog]').waitFor();
      await visit('cancel');
      await page.locator('[role=dialog] button.pf-m-danger').click();
      await page.locator('.wz-steps [data-status=cancelled]').waitFor();
      await visit('cancelled');
      fake.scenario = 'passes';
      await start(page);
      await page.locator('main .pf-m-success.pf-v6-c-alert').waitFor();
      await visit('installed');
      await next(page);
      await page.locator('[data-page=tests] table').first().waitFor();
      await visit('tests');
      await next(page);
      await page.locator('[data-page=report] .wz-fingerprint').waitFor();
      await visit('report');
      expect(fake.calls).toEqual(['startInstall', 'startInstall', 'cancel', 'startInstall']);
      expect(console).toEqual([]);
    }));

  test('shows who signed, what is to be known besides, and each list of components, by keyboard alone', () =>
    withWizard(language, async (page, console) => {
      const visit = async (name: string) => {
        expect(await axeViolations(page), name).toEqual([]);
        expect(await sticksOut(page), name).toEqual([]);
        await page.screenshot({ path: `${pictures}/${name}-${language}.png`, fullPage: true });
      };
      fake.opened = openedDelta;
      await toTrust(page);
      expect(await page.locator('[data-role=root] .wz-fingerprint').count()).toBe(2);
      expect(await page.locator('[data-role=bundle] .wz-fingerprint').count()).toBe(2);
      expect(await page.locator('[data-role=bundle] p').first().innerText()).toMatch(/: 2\. .*: 2, .*: 3\./);
      expect(await page.locator('[data-rotated=true]').innerText()).toMatch(/ 1 .* 2/);
      expect(await page.locator('#delta').innerText()).toMatch(/ 6\s/);
      await page.locator('#finding-BUNDLE_EXPIRED.pf-m-warning').waitFor();
      await page.getByRole('button', { name: 'SBOM' }).press('Enter');
      await visit('signers');

      const opener = page.locator('[data-sbom="sbom/codegraph-api.cdx.json"] button');
      await opener.press('Enter');
      await page.locator('#sbom tbody tr').first().waitFor();
      await page.locator('#sbom-back:focus').waitFor();
      expect(await page.locator('#sbom tbody tr').count()).toBe(25);
      await page.locator('#sbom-next').press('Enter');
      await page.getByText('library-25', { exact: true }).waitFor();
      expect(await page.locator('#sbom-page').innerText()).toMatch(/2 .* 200$/);
      await page.locator('#sbom-previous').press('Enter');
      await page.locator('#sbom-previous[aria-disabled=true]:focus').waitFor();
      await visit('sbom');
      await page.locator('#sbom input').pressSequentially('OpenSSL');
      await page.locator('#sbom tbody').getByText('openssl', { exact: true }).waitFor();
      expect(await page.locator('#sbom tbody tr').count()).toBe(1);
      expect(await page.locator('#sbom-found').innerText()).toMatch(/: 1 /);
      await visit('sbom-filtered');
      await page.locator('#sbom-back').press('Enter');
      await page.locator('[data-sbom="sbom/codegraph-api.cdx.json"] button:focus').waitFor();

      await page.locator('[data-sbom="sbom/postgres.cdx.json"] button').press('Enter');
      await page.locator('#sbom [data-testid=error]').getByText('BUNDLE_FILE_CHANGED').waitFor();
      await visit('sbom-refused');
      expect(console).toEqual([]);
    }));

  test('fits 1024 × 768 at 200 % zoom, in the dark', () =>
    withWizard(language, async (page) => {
      await page.setViewportSize({ width: 512, height: 384 });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await walk(page, async (name) => {
        expect(await sticksOut(page), name).toEqual([]);
        expect(await axeViolations(page), name).toEqual([]);
      });
    }));
});

test('a page with a violation is caught', () =>
  withWizard('en', async (page) => {
    await page.evaluate('document.querySelector("main").insertAdjacentHTML("beforeend", "<img src=./icon.svg>")');
    expect((await axeViolations(page)).join()).toContain('image-alt');
  }));

test('a tampered bundle is refused on its page, and there is no way on', () =>
  withWizard('ru', async (page) => {
    await page.locator('input[type=text]').nth(0).fill('/media/tampered');
    await page.locator('#root-file').fill('/root/root.json');
    await page.locator('#officer-name').fill('Irina Petrova');
    await next(page);
    await page.getByText('SIGNATURE_INVALID').first().waitFor();
    expect(await page.locator('.wz-foot .pf-m-primary').getAttribute('aria-disabled')).toBe('true');
    await page.locator('.wz-foot .pf-m-primary').click({ force: true });
    expect(await page.locator('main').getAttribute('data-page')).toBe('trust');
    expect(await axeViolations(page)).toEqual([]);
  }));

test('a reload in the middle of the installation finds it again, with every event', () =>
  withWizard('en', async (page) => {
    fake.scenario = 'stays';
    await walk(page, async () => undefined);
    await page.locator('.wz-steps [data-status=running]').waitFor();
    await page.reload();
    await page.locator('.wz-steps [data-status=running]').waitFor();
    expect(await page.locator('.wz-steps [data-status=done]').count()).toBe(3);
    expect(await page.locator('#overall').innerText()).toContain('37');
    expect(page.url()).not.toContain('token');
  }));

test('a new window, knowing nothing, shows the running installation and changes nothing', () =>
  withWizard('en', async (page) => {
    fake.scenario = 'stays';
    await walk(page, async () => undefined);
    await page.locator('.wz-steps [data-status=running]').waitFor();
    const context = await browser.newContext();
    const second = await context.newPage();
    second.setDefaultTimeout(actionTimeout);
    await second.goto(fake.url);
    await second.locator('.wz-steps [data-status=running]').waitFor();
    await second.locator('.wz-banners .pf-v6-c-alert').waitFor();
    expect(await second.locator('main button.pf-m-danger').isDisabled()).toBe(true);
    await page.close();
    await second.locator('main button.pf-m-danger:not([disabled])').waitFor();
    await context.close();
  }));

test('a lost connection is shown and comes back by itself', () =>
  withWizard('ru', async (page) => {
    fake.scenario = 'stays';
    await walk(page, async () => undefined);
    await page.locator('.wz-steps [data-status=running]').waitFor();
    fake.dropConnections();
    await page.locator('.wz-banners .pf-v6-c-alert.pf-m-warning').waitFor();
    await page.locator('.wz-banners .pf-v6-c-alert').waitFor({ state: 'detached' });
    expect(await page.locator('.wz-steps [data-status=done]').count()).toBe(3);
  }));

test('the language changes at any time and nothing that was typed is lost', () =>
  withWizard('en', async (page) => {
    await page.locator('input[type=text]').nth(1).fill('/root/root.json');
    await page.locator('#language-ru').click();
    expect(await page.locator('h1').innerText()).toBe('Начало');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('input[type=text]').nth(1).inputValue()).toBe('/root/root.json');
  }));
