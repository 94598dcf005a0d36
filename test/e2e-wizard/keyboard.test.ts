import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeEngine } from './fake-engine.ts';
import { openBrowser, openWizard, walk } from './walk.ts';

let browser: Browser;
beforeAll(async () => {
  await build({ configFile: 'renderer/vite.config.ts', logLevel: 'error' });
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Presses Tab until the element has the focus: what cannot be reached this way cannot be used. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const reached = () => page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
  for (let presses = 0; presses < 120; presses += 1) {
    if (await reached()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${selector}`);
}

async function onPage(page: Page, id: string): Promise<void> {
  await page.locator(`main[data-page=${id}]`).waitFor();
  const focused = await page.evaluate<string>('document.activeElement.tagName');
  expect(focused, 'the focus is on the heading of the new page').toBe('H1');
}

const nextButton = '.wz-foot .pf-m-primary';

test('from Start to the report by keyboard alone', async () => {
  const fake = await startFakeEngine();
  const [page] = await openWizard(browser, fake.url, 'en');
  page.setDefaultTimeout(20_000);
  const { keyboard } = page;
  await page.locator('[name=medium]').waitFor();
  await tabTo(page, '[name=medium]');
  await keyboard.press('Space');
  await tabTo(page, 'input[type=text]');
  await keyboard.press('Tab');
  await keyboard.type('/root/vendor/root.json');
  await tabTo(page, nextButton);
  await keyboard.press('Enter');

  await onPage(page, 'trust');
  await page.locator('#compared').waitFor();
  await tabTo(page, '#compared');
  await keyboard.press('Space');
  await tabTo(page, nextButton);
  await keyboard.press('Enter');

  await onPage(page, 'readiness');
  await page.locator('td button.pf-m-link').first().waitFor();
  await tabTo(page, 'td button.pf-m-link');
  await keyboard.press('Enter');
  await tabTo(page, 'textarea');
  await keyboard.type('One user only, agreed with the vendor.');
  await tabTo(page, 'button.pf-m-warning');
  await keyboard.press('Enter');
  await page.locator(`${nextButton}:not([aria-disabled=true])`).waitFor();
  await tabTo(page, nextButton);
  await keyboard.press('Enter');

  await onPage(page, 'configure');
  await tabTo(page, '#input-log_level');
  await keyboard.press('ArrowDown');
  await page.locator(`${nextButton}:not([aria-disabled=true])`).waitFor();
  await tabTo(page, nextButton);
  await keyboard.press('Enter');

  await onPage(page, 'plan');
  await page.locator('#confirmed').waitFor();
  await tabTo(page, '#confirmed');
  await keyboard.press('Space');
  await tabTo(page, nextButton);
  await keyboard.press('Enter');

  await onPage(page, 'install');
  await page.locator(`${nextButton}:not([aria-disabled=true])`).waitFor();
  await tabTo(page, nextButton);
  await keyboard.press('Enter');
  await onPage(page, 'tests');
  await tabTo(page, nextButton);
  await keyboard.press('Enter');
  await onPage(page, 'report');
  await page.context().close();
  await fake.close();
});

test('the cancel dialog holds the focus, Escape leaves it, and the installation goes on', async () => {
  const fake = await startFakeEngine();
  fake.scenario = 'stays';
  const [page] = await openWizard(browser, fake.url, 'ru');
  page.setDefaultTimeout(20_000);
  await walk(page, async () => undefined);
  await tabTo(page, 'main button.pf-m-danger');
  await page.keyboard.press('Enter');
  await page.locator('[role=dialog]').waitFor();
  for (let presses = 0; presses < 5; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate<boolean>('document.activeElement.closest("[role=dialog]") !== null')).toBe(true);
  }
  await page.keyboard.press('Escape');
  await page.locator('[role=dialog]').waitFor({ state: 'detached' });
  expect(fake.calls).toEqual(['startInstall']);
  await page.context().close();
  await fake.close();
});
