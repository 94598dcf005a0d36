import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrived, chooseByKeyboard, goOnByKeyboard, overrideByKeyboard, press, tabTo } from './by-keyboard.ts';
import { startFakeEngine } from './fake-engine.ts';
import { openBrowser, openWizard, walk } from './walk.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test('from Start to the report by keyboard alone', async () => {
  const fake = await startFakeEngine();
  const [page] = await openWizard(browser, fake.url, 'en');
  await chooseByKeyboard(page, '/media/officer/CODEGRAPH', '/root/vendor/root.json');
  await overrideByKeyboard(page, 'One user only, agreed with the vendor.');
  await goOnByKeyboard(page, 'configure');
  await tabTo(page, '#input-log_level');
  await page.keyboard.press('ArrowDown');
  await goOnByKeyboard(page, 'plan');
  await press(page, '#confirmed', 'Space');
  await goOnByKeyboard(page, 'install');
  await goOnByKeyboard(page, 'tests');
  await goOnByKeyboard(page, 'report');
  await page.context().close();
  await fake.close();
});

test('the cancel dialog holds the focus, Escape leaves it, and the installation goes on', async () => {
  const fake = await startFakeEngine();
  fake.scenario = 'stays';
  const [page] = await openWizard(browser, fake.url, 'ru');
  await walk(page, async () => undefined);
  await arrived(page, 'install');
  await press(page, '#cancel', 'Enter');
  await page.locator('[role=dialog]:focus-within').waitFor();
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
