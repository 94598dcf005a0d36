import { gzipSync } from 'node:zlib';
import { ensureRenderer } from '../../renderer/build/ensure.ts';
import { startFakeEngine } from '../e2e-wizard/fake-engine.ts';
import { next, walk } from '../e2e-wizard/walk.ts';
import { openPage, withBrowser } from './browser.ts';
import type { Benchmark } from './measure.ts';

/** Every page is visited, so that what is loaded late is counted as well. */
export const scriptSize: Benchmark = {
  name: 'script-size',
  about: 'all JavaScript that the browser loads on the way through all pages, gzipped',
  async run() {
    await ensureRenderer();
    const fake = await startFakeEngine();
    try {
      const sizes = await withBrowser(async (browser) => {
        const found = new Map<string, Promise<number>>();
        const page = await openPage(browser, fake.url, async (fresh) => {
          fresh.on('response', (response) => {
            if (response.request().resourceType() === 'script')
              found.set(
                new URL(response.url()).pathname,
                response.body().then((body) => gzipSync(body).length),
              );
          });
        });
        await walk(page, async () => undefined);
        await page.locator('main .pf-m-success.pf-v6-c-alert').waitFor();
        await next(page);
        await page.locator('[data-page=tests] table').first().waitFor();
        await next(page);
        await page.locator('[data-page=report] .wz-fingerprint').waitFor();
        return Promise.all([...found].map(async ([path, size]) => [path, await size] as const));
      });
      const total = sizes.reduce((sum, [, size]) => sum + size, 0);
      if (total === 0) throw new Error('no script was seen');
      const detail = sizes.map(([path, size]) => `${path} ${Math.round(size / 1000)} KB`).join(', ');
      return [{ what: 'JavaScript loaded, gzipped', unit: 'KB', measured: total / 1000, budget: 450, detail }];
    } finally {
      await fake.close();
    }
  },
};
