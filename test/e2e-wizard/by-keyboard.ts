import type { Page } from 'playwright';

export const nextButton = '.wz-foot .pf-m-primary';

/** Who answers for the installations of the suites. */
export const officer = { name: 'Irina Petrova', office: 'information security' };

const maxPresses = 200;

/** Presses Tab until the element has the focus: what cannot be reached this way cannot be used. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const reached = () => page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
  for (let presses = 0; presses < maxPresses; presses += 1) {
    if (await reached()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${selector}`);
}

export async function press(page: Page, selector: string, key: 'Enter' | 'Space'): Promise<void> {
  await page.locator(selector).first().waitFor();
  await tabTo(page, selector);
  await page.keyboard.press(key);
}

/** Waits until this page is shown and its heading has the focus, so that reading begins there. */
export async function arrived(page: Page, id: string): Promise<void> {
  await page.locator(`main[data-page=${id}] h1:focus`).waitFor();
}

/** Waits until the way on is free, takes it, and arrives. */
export async function goOnByKeyboard(page: Page, to: string): Promise<void> {
  // It can be reached before it is free, and must be, to hear why it is not.
  await tabTo(page, nextButton);
  await page.locator(`${nextButton}:focus:not([aria-disabled=true])`).waitFor();
  await page.keyboard.press('Enter');
  await arrived(page, to);
}

/** Chooses a medium and the file with the trusted keys, and compares the fingerprints. Ends on Readiness. */
export async function chooseByKeyboard(page: Page, medium: string, root: string): Promise<void> {
  const radio = `[id="medium-${medium}"]`;
  await page.locator(radio).waitFor();
  // One stop for the whole group of radio buttons; arrows lead on inside it.
  await tabTo(page, '[name=medium]');
  await page.keyboard.press('Space');
  const media = await page.locator('[name=medium]').count();
  for (let moves = 0; moves < media && !(await page.locator(radio).isChecked()); moves += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await tabTo(page, '#root-file');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(root);
  await tabTo(page, '#officer-name');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(officer.name);
  await goOnByKeyboard(page, 'trust');
  await press(page, '#compared', 'Space');
  await goOnByKeyboard(page, 'readiness');
}

/** Decides for every finding that blocks. */
export async function overrideByKeyboard(page: Page, reason: string): Promise<void> {
  await page.locator('[data-page=readiness] table').first().waitFor();
  await page.locator('#checking').waitFor({ state: 'detached' });
  const wanted = await page.locator('[data-override=open]').count();
  for (let decided = 0; decided < wanted; decided += 1) {
    await press(page, '[data-override=open]', 'Enter');
    await tabTo(page, 'textarea');
    await page.keyboard.type(reason);
    await press(page, 'button.pf-m-warning', 'Enter');
    await page.locator('[data-override=taken]').nth(decided).waitFor();
  }
}
