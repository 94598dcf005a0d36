import { openPage, withBrowser } from './browser.ts';
import { type Benchmark, busiestSecond, listed } from './measure.ts';
import { withStreamingEngine } from './streaming.ts';

const blobs = 2000;
const everyMs = 10;
/** Changes of the page closer together than a frame are one drawing to the eye. */
const frameMs = 17;

/**
 * Runs in the page: notes each long task (https://www.w3.org/TR/longtasks/) and each moment at which the page's content changed.
 * As text: the suites' own types know no browser.
 */
const watchPage = `
  window.bench = { tasks: [], changes: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.bench.tasks.push(duration);
  }).observe({ type: 'longtask' });
  new MutationObserver(() => window.bench.changes.push(performance.now()))
    .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true });
`;

export const longTasks: Benchmark = {
  name: 'long-tasks',
  about: `a ${blobs}-blob installation streams its events, the log open: long tasks and drawings of the page`,
  run: () =>
    withStreamingEngine(async ({ url, order }) =>
      withBrowser(async (browser) => {
        const page = await openPage(browser, url);
        await page.locator('.wz-steps [data-status=running]').waitFor();
        await page.locator('#log button').first().click();
        await page.locator('.wz-log').waitFor();
        await page.evaluate(watchPage);
        await order(`blobs ${blobs} ${everyMs}`);
        await page.getByText(blobs.toString(16).padStart(64, '0')).first().waitFor();
        const seen = await page.evaluate<{ tasks: number[]; changes: number[] }>('window.bench');
        const drawings = seen.changes.filter((at, index) => at - (seen.changes[index - 1] ?? -1000) > frameMs);
        if (drawings.length === 0) throw new Error('the page never changed');
        const ordered = seen.tasks.toSorted((a, b) => b - a);
        return [
          {
            what: `longest task while ${blobs} blobs stream`,
            unit: 'ms',
            measured: ordered[0] ?? 0,
            budget: 100,
            detail: ordered.length === 0 ? 'none over 50 ms' : `over 50 ms: ${listed(ordered.slice(0, 10))}`,
          },
          {
            what: 'drawings in the busiest second',
            unit: 'per second',
            measured: busiestSecond(drawings),
            budget: 10,
            detail: `${drawings.length} in all`,
          },
        ];
      }),
    ),
};
