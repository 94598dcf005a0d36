import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import type { Language } from '../../installer/contract/texts.ts';

/** For what a page does at once, on a busy machine: nothing is asserted about time, this only ends what would never end. */
export const actionTimeout = 120_000;

/** Debian's Chromium; the suite runs as root, where Chromium's own sandbox cannot. */
const debians = { executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] };

export function openBrowser(): Promise<Browser> {
  return chromium.launch(debians);
}

/** The same with a profile in a folder, as a person's browser has one. */
export function openProfile(dir: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(dir, debians);
}

export interface PageProblems {
  /** Console errors, among them violations of the content policy. */
  console: string[];
}

export async function openWizard(browser: Browser, url: string, language: Language): Promise<[Page, PageProblems]> {
  const context = await browser.newContext({
    viewport: { width: 1024, height: 768 },
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(actionTimeout);
  const problems: PageProblems = { console: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.console.push(message.text());
  });
  page.on('pageerror', (error) => problems.console.push(String(error)));
  await page.goto(url);
  await page.locator('main[data-page=start]').waitFor();
  return [page, problems];
}

/**
 * What fades in has a colour of its own on the way, which nobody reads: looked at is what stays. A spinner never ends, and a bar
 * in motion starts anew with each report, so the rounds have an end.
 */
const animationsEnded = `(async () => {
  for (let round = 0; round < 10; round += 1) {
    const moving = document.getAnimations().filter(({ playState, effect }) =>
      playState === 'running' && effect !== null && effect.getComputedTiming().endTime !== Infinity);
    if (moving.length === 0) return;
    await Promise.allSettled(moving.map(({ finished }) => finished));
  }
})()`;

/** Everything that axe-core finds, of any impact, best practices included. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(animationsEnded);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

export async function next(page: Page): Promise<void> {
  await page.locator('.wz-foot .pf-m-primary').click();
}

type Visit = (name: string) => Promise<void>;

/** From Start to the report, with all that is to be filled in between; `visit` is called on each page. */
export async function walk(page: Page, visit: Visit): Promise<void> {
  await page.locator('[id="medium-/media/officer/CODEGRAPH"]').check();
  await page.locator('#root-file').fill('/root/vendor/root.json');
  await page.locator('#officer-name').fill('Irina Petrova');
  await page.locator('#officer-office').fill('information security');
  await visit('start');
  await next(page);
  await page.locator('#compared').check();
  await visit('trust');
  await next(page);
  await page.locator('table').first().waitFor();
  await visit('readiness');
  await page.locator('td button.pf-m-link').first().click();
  await page.locator('textarea').fill('The test system never holds more than one user.');
  await visit('override');
  await page.locator('button.pf-m-warning').click();
  await page.locator('#readiness-accepted').waitFor();
  await visit('overridden');
  await next(page);
  await page.locator('#input-siem_host').fill('not a host');
  await page.locator('.pf-v6-c-helper-text__item.pf-m-error').first().waitFor();
  await visit('configure-wrong');
  await page.locator('#input-siem_host').fill('siem.local');
  await page.locator('.pf-v6-c-helper-text__item.pf-m-error').first().waitFor({ state: 'detached' });
  await visit('configure');
  await next(page);
  await page.locator('#confirmed').check();
  await visit('plan');
  await next(page);
}
