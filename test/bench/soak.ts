import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, openPage, withBrowser } from './browser.ts';
import { type Benchmark, type Measurement, slope } from './measure.ts';
import { withStreamingEngine } from './streaming.ts';

const perSecond = 60;
/** Until the page's log holds as many lines as it keeps, everything grows as it should. */
const warmUpMs = 120_000;
const soakMs = 600_000;
const everyMs = 20_000;

interface Sample {
  /** Minutes. */
  at: number;
  heapBytes: number;
  nodes: number;
  listeners: number;
  engineBytes: number;
}

const kib = 1024;
/** What growth over the ten minutes is still flat. A leak of a few hundred bytes an event, of 36,000 events, is more than that. */
const flat = { heapBytes: 2048 * kib, nodes: 100, listeners: 20, engineBytes: 8192 * kib };

export const soak: Benchmark = {
  name: 'soak',
  about: `${soakMs / 60_000} minutes of ${perSecond} events a second: memory of the page and of the engine, after collecting garbage`,
  run: (log) =>
    withStreamingEngine(({ url, order }) =>
      withBrowser(async (browser) => {
        const page = await openPage(browser, url);
        const session = await page.context().newCDPSession(page);
        await session.send('Performance.enable');
        await page.locator('#log button').first().click();
        await page.locator('.wz-log').waitFor();
        await order(`flood ${perSecond}`);
        log(`soak: warming up for ${warmUpMs / 1000} s, then ${soakMs / 60_000} minutes`);
        await sleep(warmUpMs);
        const started = performance.now();
        const samples: Sample[] = [];
        for (let due = 0; due <= soakMs; due += everyMs) {
          await sleep(Math.max(0, started + due - performance.now()));
          const { rss } = await order<{ rss: number }>('memory');
          const memory = await memoryOf(session);
          await order(`flood ${perSecond}`);
          samples.push({ at: (performance.now() - started) / 60_000, ...memory, engineBytes: rss });
        }
        return growths(samples);
      }),
    ),
};

function growths(samples: readonly Sample[]): Measurement[] {
  const minutes = soakMs / 60_000;
  const growth = (key: Exclude<keyof Sample, 'at'>) => slope(samples.map((each) => [each.at, each[key]])) * minutes;
  const ends = (key: Exclude<keyof Sample, 'at'>, by: number) => {
    const [first, last] = [samples[0]?.[key] ?? 0, samples.at(-1)?.[key] ?? 0];
    return `from ${Math.round(first / by)} to ${Math.round(last / by)}, ${samples.length} samples`;
  };
  const bytes = (what: string, key: 'heapBytes' | 'engineBytes'): Measurement => ({
    what,
    unit: 'KiB',
    measured: growth(key) / kib,
    budget: flat[key] / kib,
    detail: ends(key, kib),
  });
  const items = (what: string, key: 'nodes' | 'listeners'): Measurement => ({
    what,
    unit: 'count',
    measured: growth(key),
    budget: flat[key],
    detail: ends(key, 1),
  });
  return [
    bytes(`growth of the page’s heap in ${minutes} minutes`, 'heapBytes'),
    items('growth of its DOM nodes', 'nodes'),
    items('growth of its listeners', 'listeners'),
    bytes('growth of the engine’s resident memory', 'engineBytes'),
  ];
}
