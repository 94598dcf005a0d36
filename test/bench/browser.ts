import { type Browser, type CDPSession, chromium, type Page } from 'playwright';

/** Debian's Chromium for the length of `use`; as root its own sandbox cannot be. */
export async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc'],
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

export interface PageMemory {
  heapBytes: number;
  nodes: number;
  listeners: number;
}

/** What a page holds once the garbage is gone. https://chromedevtools.github.io/devtools-protocol/tot/Performance/ */
export async function memoryOf(session: CDPSession): Promise<PageMemory> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => {
    const found = metrics.find((each) => each.name === name);
    if (found === undefined) throw new Error(`this Chromium has no ${name}`);
    return found.value;
  };
  return { heapBytes: metric('JSHeapUsedSize'), nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
}

/** A new window, knowing nothing, on this address; resolves when the wizard stands there. */
export async function openPage(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(url);
  await page.locator('main[data-page]').waitFor();
  return page;
}
