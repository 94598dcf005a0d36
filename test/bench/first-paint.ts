import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { serve } from '../../installer/faces/http/serve.ts';
import { builtRenderer, ensureRenderer } from '../../renderer/build/ensure.ts';
import { openPage, withBrowser } from './browser.ts';
import { type Benchmark, listed, median } from './measure.ts';

const repeats = 7;

/** From the start of the navigation, by the browser's own clock. https://www.w3.org/TR/paint-timing/ */
const firstContentfulPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`;

/** The first page itself, not only the words that stand in the document until the code is there. */
const pageDrawn = `document.querySelector('h1') !== null && performance.now()`;

export const firstPaint: Benchmark = {
  name: 'first-paint',
  about: 'the wizard in the browser: first contentful paint from loopback, nothing cached',
  async run() {
    await ensureRenderer();
    const dir = await mkdtemp(join(tmpdir(), 'airgap-bench-'));
    const engine = createEngine({ dataDir: join(dir, 'data') });
    const server = await serve({ engine, rendererDir: builtRenderer, log: () => undefined });
    try {
      const { paints, pages } = await withBrowser(async (browser) => {
        const paints: number[] = [];
        const pages: number[] = [];
        // The first one also starts the browser's own parts; it is not counted.
        for (let round = 0; round <= repeats; round += 1) {
          const page = await openPage(browser, server.newAddress());
          const drawn = await page.waitForFunction(pageDrawn).then((handle) => handle.jsonValue());
          await page.waitForFunction(firstContentfulPaint);
          if (round > 0) {
            paints.push(await page.evaluate<number>(firstContentfulPaint));
            pages.push(Number(drawn));
          }
          await page.context().close();
        }
        return { paints, pages };
      });
      return [
        {
          what: 'first contentful paint',
          unit: 'ms',
          measured: median(paints),
          budget: 500,
          detail: `${listed(paints)} ms`,
        },
        { what: 'first page drawn', unit: 'ms', measured: median(pages), budget: 1000, detail: `${listed(pages)} ms` },
      ];
    } finally {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    }
  },
};
