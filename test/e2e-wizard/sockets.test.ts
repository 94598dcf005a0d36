/**
 * What browsers really do with connections: they open some in advance, keep some, put whole pages away and take them out again, and
 * stay when the engine is gone. In Debian's Chromium and Debian's Firefox, on the product's server and its built pages.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { allDefences, type Defences } from '../../installer/faces/http/defences.ts';
import type { HttpLimits } from '../../installer/faces/http/limits.ts';
import { endUnread } from '../../installer/faces/http/unread.ts';
import { type Served, startServer } from '../faces/support.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { type FirefoxTab, openFirefox } from './firefox.ts';
import { actionTimeout, openProfile } from './walk.ts';

const workDir = workDirs();
const rendererDir = join(import.meta.dirname, '../../dist/renderer');
/** So that what takes seconds with the product's limits takes less than one. */
const quick: Partial<HttpLimits> = {
  headersTimeoutMs: 300,
  requestTimeoutMs: 300,
  keepAliveMs: 300,
  checkIntervalMs: 50,
};
const pause = 800;

let firefox: FirefoxTab;
beforeAll(async () => {
  firefox = await openFirefox();
});
afterAll(async () => {
  await firefox.close();
});

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serveWizard(limits: Partial<HttpLimits>, defences: Partial<Defences> = {}): Promise<Served> {
  const served = await startServer(await workDir(), { rendererDir, limits }, { ...allDefences, ...defences });
  ends.push(() => served.server.close());
  return served;
}

/** With a profile of its own as a person has one: in a private window, which Playwright's contexts are, nothing is opened in advance. */
async function chromiumAt(url: string): Promise<Page> {
  const context = await openProfile(await workDir());
  ends.push(() => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(actionTimeout);
  await page.goto(url);
  return page;
}

const connected = '.wz-banners[data-connection=open]';
const start = 'main[data-page=start]';

/**
 * Has the browser open a connection in advance, as it does by itself now and then, and leaves it unused for longer than the server
 * waits. A browser that has one already opens no other, so those of the page's loading are let go first.
 */
async function unusedConnection(evaluate: (code: string) => Promise<unknown>, ms: number): Promise<void> {
  await sleep(ms);
  await evaluate(`{
    const hint = document.createElement('link');
    hint.rel = 'preconnect';
    hint.href = location.origin;
    document.head.append(hint);
  }`);
  await sleep(ms);
}

/** The status of each reload; a page without content and connection never gets to the next. */
async function reloads(page: Page, times: number, ms: number): Promise<(number | undefined)[]> {
  const statuses: (number | undefined)[] = [];
  for (let time = 0; time < times; time += 1) {
    await unusedConnection((code) => page.evaluate(code), ms);
    const response = await page.reload();
    statuses.push(response?.status());
    if (response?.status() !== 200) return statuses;
    await page.locator(connected).waitFor({ state: 'attached' });
  }
  return statuses;
}

/** The product's own, and how many connections it ended that had said nothing: that there were such at all. */
function counted(): { silent: () => number; endUnread: Defences['endUnread'] } {
  let silent = 0;
  return {
    silent: () => silent,
    endUnread: (error, socket) => {
      if (socket.bytesRead === 0) silent += 1;
      return endUnread(error, socket);
    },
  };
}

/** Another page, of another program on this machine. */
async function elsewhere(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>');
  }).listen(0, '127.0.0.1');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const ok = (times: number) => Array.from({ length: times }, () => 200);

describe('ten reloads with pauses, each longer than the server waits for a request', () => {
  test('in Chromium show the page', async () => {
    const { silent, endUnread: ending } = counted();
    const { server, lines } = await serveWizard(quick, { endUnread: ending });
    const page = await chromiumAt(server.url);
    expect(await reloads(page, 10, pause)).toEqual(ok(10));
    await page.locator(start).waitFor();
    expect(silent()).toBeGreaterThanOrEqual(10);
    // Nobody refused anything, and nothing else is said.
    expect(lines).toEqual([]);
  });

  test('the control: 400 written into a connection that said nothing is what Chromium shows', async () => {
    const { server } = await serveWizard(quick, {
      endUnread: (_error, socket) => {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return 'MALFORMED';
      },
    });
    const page = await chromiumAt(server.url);
    // An error status without content: “This page isn’t working”.
    await expect(reloads(page, 10, pause)).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
  });

  test('in Firefox show the page', async () => {
    const { silent, endUnread: ending } = counted();
    const { server, lines } = await serveWizard(quick, { endUnread: ending });
    await firefox.navigate(server.url);
    for (let time = 0; time < 10; time += 1) {
      await unusedConnection((code) => firefox.evaluate(code), pause);
      await firefox.reload();
      await expect.poll(() => firefox.evaluate(`document.querySelector('${connected}') !== null`)).toBe(true);
      await expect.poll(() => firefox.evaluate(`document.querySelector('${start}') !== null`)).toBe(true);
    }
    expect(silent()).toBeGreaterThanOrEqual(10);
    expect(lines).toEqual([]);
  });
});

test('a reload after a pause with the product’s own limits shows the page in Chromium', async () => {
  const { silent, endUnread: ending } = counted();
  const { server, lines } = await serveWizard({}, { endUnread: ending });
  const page = await chromiumAt(server.url);
  expect(await reloads(page, 1, 8000)).toEqual(ok(1));
  expect(silent()).toBeGreaterThanOrEqual(1);
  expect(lines).toEqual([]);
});

describe('away and back again', () => {
  test('the wizard is there and connected, in Chromium', async () => {
    const { server } = await serveWizard(quick);
    const page = await chromiumAt(server.url);
    await page.locator(connected).waitFor({ state: 'attached' });
    const other = await elsewhere();
    for (let time = 0; time < 3; time += 1) {
      await page.goto(other);
      await sleep(pause);
      await page.goBack();
      await page.locator(connected).waitFor({ state: 'attached' });
      await page.locator(start).waitFor();
    }
    await page.goForward();
    expect(await page.title()).toBe('elsewhere');
  });

  test('the wizard is there and connected, in Firefox', async () => {
    const { server } = await serveWizard(quick);
    await firefox.navigate(server.url);
    const isConnected = () => firefox.evaluate(`document.querySelector('${connected}') !== null`);
    await expect.poll(isConnected).toBe(true);
    await firefox.navigate(await elsewhere());
    await sleep(pause);
    await firefox.traverse(-1);
    await expect.poll(isConnected, { timeout: 30_000 }).toBe(true);
    await firefox.traverse(1);
    await expect.poll(() => firefox.evaluate('document.title'), { timeout: 30_000 }).toBe('elsewhere');
  });
});

describe('an engine that is gone', () => {
  const outlook = (page: Page, is: string) => page.locator(`.wz-banners[data-connection=lost][data-outlook=${is}]`);

  async function serveInProcess() {
    const dir = await workDir();
    const cli = join(import.meta.dirname, '../../installer/faces/cli/main.ts');
    const args = [cli, '--data-dir', join(dir, 'data'), 'serve', '--renderer', rendererDir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const gone = once(child, 'close');
    ends.push(async () => {
      child.kill('SIGKILL');
      await gone;
    });
    const [line] = await once(child.stdout, 'data');
    return { child, url: String(line).trim() };
  }

  test('without a word: the page says that it connects again, and after 15 s what to do', async () => {
    const { child, url } = await serveInProcess();
    const page = await chromiumAt(url);
    await page.locator(connected).waitFor({ state: 'attached' });
    child.kill('SIGKILL');
    await outlook(page, 'soon').waitFor({ state: 'attached' });
    await page.getByText(/Reconnecting…/).waitFor();
    await outlook(page, 'unclear').waitFor({ state: 'attached' });
    await page.getByText(/Look at the terminal where it was started/).waitFor();
    expect(await page.getByText(/need not do anything/).count()).toBe(0);
  });

  test('with a goodbye: the page says so at once', async () => {
    const { child, url } = await serveInProcess();
    const page = await chromiumAt(url);
    await page.locator(connected).waitFor({ state: 'attached' });
    child.kill('SIGTERM');
    await outlook(page, 'ended').waitFor({ state: 'attached' });
    await page.getByText(/start it again and open the address that it prints/).waitFor();
  });
});
