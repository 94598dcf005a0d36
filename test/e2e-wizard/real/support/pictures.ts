import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { axeViolations } from '../../walk.ts';

/** Every page as it looked in the last run: to be looked at by a person, kept by nobody else. */
export const picturesDir = 'dist/wizard-pictures/real';

/**
 * What holds for every page in every state: axe-core finds nothing of any impact, nothing is wider than the window. A picture
 * of the whole page is kept.
 */
export async function inspectPage(page: Page, name: string): Promise<void> {
  expect(await axeViolations(page), name).toEqual([]);
  const fits = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
  expect(await page.evaluate<boolean>(fits), `${name} fits sideways`).toBe(true);
  await picture(page, name);
}

/** The same at 200 % zoom on a screen of 1024 × 768, in the dark: half as many CSS pixels each way. */
export async function inspectZoomed(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 512, height: 384 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await inspectPage(page, `${name}-zoomed`);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

/** The whole page, in a window that is as tall as the page: what sticks to the window's edge covers nothing. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(picturesDir, { recursive: true });
  const before = page.viewportSize();
  if (before !== null) {
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    await page.setViewportSize({ width: before.width, height: Math.max(before.height, height) });
  }
  await page.screenshot({ path: join(picturesDir, `${name}.png`) });
  if (before !== null) await page.setViewportSize(before);
}

/** What the page showed when a test failed. */
export async function keepFailure(page: Page, task: { name: string; result?: { state: string } }): Promise<void> {
  if (task.result?.state !== 'fail') return;
  await picture(page, `failed-${task.name.replaceAll(/[^a-z]+/gi, '-').slice(0, 60)}`);
  console.error(await page.locator('body').innerText());
}
