import type { Page } from 'playwright';
import { officer } from '../../by-keyboard.ts';
import { next } from '../../walk.ts';

/** An install on a busy machine; nothing is asserted about time, this only ends what would never end. */
export const runTimeout = 600_000;

const mainButton = '.wz-foot .pf-m-primary';

export async function onPage(page: Page, id: string): Promise<void> {
  await page.locator(`main[data-page=${id}]`).waitFor();
}

/** Waits until the way on is free, and takes it. */
export async function goOn(page: Page, to: string): Promise<void> {
  await page.locator(`${mainButton}:not([aria-disabled=true])`).waitFor();
  await next(page);
  await onPage(page, to);
}

/** That there is no way on: neither the button nor the list of pages leads there. */
export async function wayIsClosed(page: Page): Promise<boolean> {
  const before = await page.locator('main').getAttribute('data-page');
  const disabled = (await page.locator(mainButton).getAttribute('aria-disabled')) === 'true';
  await page.locator(mainButton).click({ force: true });
  const after = await page.locator('main').getAttribute('data-page');
  const links = await page.locator('nav [aria-current=step] ~ * button').count();
  return disabled && before === after && links === 0;
}

/** Start: the medium as the scan found it, and the keys that came by another way. */
export async function chooseMedium(page: Page, dir: string, root: string): Promise<void> {
  await page.locator(`[id="medium-${dir}"]`).check();
  await page.locator('#root-file').fill(root);
  await page.locator('#officer-name').fill(officer.name);
  await page.locator('#officer-office').fill(officer.office);
}

export async function compareFingerprints(page: Page): Promise<void> {
  await page.locator('#compared').check();
}

/** The machine was looked at, with all that was chosen so far. */
export async function machineChecked(page: Page): Promise<void> {
  await page.locator('[data-page=readiness] table').first().waitFor();
  await page.locator('#checking').waitFor({ state: 'detached' });
}

/** Decides for each blocking finding, with this reason; gives how many there were. */
export async function overrideFailures(page: Page, reason: string): Promise<number> {
  await machineChecked(page);
  const open = page.locator('button[data-override=open]');
  const wanted = await open.count();
  for (let decided = 0; decided < wanted; decided += 1) {
    await open.first().click();
    await page.locator('textarea').fill(reason);
    await page.locator('button.pf-m-warning').click();
    await page.locator('[data-override=taken]').nth(decided).waitFor();
  }
  return wanted;
}

/** From the plan into the installation. */
export async function confirmPlan(page: Page): Promise<void> {
  await page.locator('#confirmed').check();
  await goOn(page, 'install');
}

/** Waits until this step of the timeline is at work, or is over already. */
export async function stepBegun(page: Page, step: string): Promise<void> {
  await page.locator(`.wz-steps [data-step=${step}]:not([data-status=waiting])`).waitFor({ timeout: runTimeout });
}

export async function outcome(page: Page, wanted: string): Promise<void> {
  await page.locator(`[data-outcome=${wanted}]`).first().waitFor({ timeout: runTimeout });
}

/** Step → status, as the timeline shows it. */
export async function timeline(page: Page): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const item of await page.locator('.wz-steps [data-step]').all()) {
    entries.push([(await item.getAttribute('data-step')) ?? '', (await item.getAttribute('data-status')) ?? '']);
  }
  return Object.fromEntries(entries);
}

/** The lines of the log drawer as it is open, newest first. */
export async function logLines(page: Page): Promise<string[]> {
  return (await page.locator('.wz-log').innerText()).split('\n');
}
