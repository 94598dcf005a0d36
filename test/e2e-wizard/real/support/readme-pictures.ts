import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Page } from 'playwright';
import { ensureHostPackages } from '../../../site/host-packages.ts';

/** The README's pictures. `AIRGAP_README_PICTURES=1 npm run test:wizard` takes them anew. */
const readmePictures = 'renderer/pictures';
const wanted = process.env.AIRGAP_README_PICTURES === '1';
const size = { width: 1120, height: 800 };
const colours = 128;

/** The window as it is now, from `top` (a selector) on, in few colours: the README is read on slow lines as well. */
export async function readmePicture(page: Page, name: string, options: { top?: string; dark?: boolean } = {}) {
  if (!wanted) return;
  await ensureHostPackages(console.error, { pngquant: 'pngquant' });
  await mkdir(readmePictures, { recursive: true });
  const before = page.viewportSize();
  await page.setViewportSize(size);
  if (options.dark === true) await page.emulateMedia({ colorScheme: 'dark' });
  const top = JSON.stringify(options.top ?? 'body');
  await page.evaluate(`document.querySelector(${top}).scrollIntoView({ block: 'start', behavior: 'instant' })`);
  await page.evaluate('document.activeElement.blur()');
  const path = join(readmePictures, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  await execa('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, String(colours), path]);
  if (options.dark === true) await page.emulateMedia({ colorScheme: null });
  if (before !== null) await page.setViewportSize(before);
}
