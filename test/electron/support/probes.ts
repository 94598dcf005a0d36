import { readFile, readlink } from 'node:fs/promises';
import type { Desk } from './launch.ts';
import { until } from './until.ts';

/** The window's web preferences as Electron applied them, not as they were asked for. */
export async function preferences({ app }: Desk): Promise<Record<string, unknown>> {
  return app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return JSON.parse(JSON.stringify(contents.getLastWebPreferences())) as Record<string, unknown>;
  });
}

/** proc(5) of the process that draws the page. */
export async function rendererStatus({ app }: Desk): Promise<Record<string, string>> {
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());
  const lines = (await readFile(`/proc/${pid}/status`, 'utf8')).split('\n');
  const fields = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return {
    ...fields,
    pidNamespace: await readlink(`/proc/${pid}/ns/pid`),
    ownPidNamespace: await readlink('/proc/self/ns/pid'),
  };
}

/** Every way in which a page can send something to an address without leaving itself. The last two are waited for. */
export async function askEverywhere({ page }: Desk, url: string): Promise<void> {
  await page.evaluate(
    `(async (url) => {
      const tag = (name, attributes) => {
        const element = Object.assign(document.createElement(name), attributes);
        document.head.append(element);
        return element;
      };
      const settled = (element) => new Promise((resolve) => {
        for (const kind of ['load', 'error']) element.addEventListener(kind, resolve, { once: true });
      });
      tag('link', { rel: 'preconnect', href: url });
      tag('link', { rel: 'prefetch', href: url });
      tag('link', { rel: 'stylesheet', href: url });
      tag('link', { rel: 'icon', href: url });
      tag('iframe', { src: url });
      tag('object', { data: url });
      try { navigator.sendBeacon(url, 'x'); } catch {}
      try { new WebSocket(url.replace('http', 'ws')); } catch {}
      try { new EventSource(url); } catch {}
      try { new Worker(url); } catch {}
      const form = tag('form', { action: url, method: 'post', target: '_blank' });
      form.submit();
      const image = new Image();
      const pictures = settled(image);
      image.src = url;
      await Promise.all([pictures, settled(tag('script', { src: url }))]);
      await fetch(url, { mode: 'no-cors' }).catch(() => null);
      await fetch(url.replace('127.0.0.1', 'localhost'), { mode: 'no-cors' }).catch(() => null);
    })(${JSON.stringify(url)})`,
  );
}

/** Puts a <webview> with this attribute into the page; how many guests it got. */
export async function countGuests(desk: Desk, attribute: string): Promise<number> {
  const { app, page } = desk;
  const guests = () =>
    app.evaluate(
      ({ webContents }) => webContents.getAllWebContents().filter((one) => one.getType() === 'webview').length,
    );
  const [before, denied] = [await guests(), desk.logged('webview-denied')];
  const known = await page.evaluate(
    `(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'app://wizard/index.html');
      view.setAttribute(${JSON.stringify(attribute)}, '');
      document.body.append(view);
      return 'getWebContentsId' in view;
    })()`,
  );
  // An element that Electron does not know gets no guest, however long one waits.
  if (known === true) {
    await until(
      'a guest came or was turned away',
      async () => (await guests()) > before || desk.logged('webview-denied') > denied,
    );
  }
  return (await guests()) - before;
}

/** A page of another window, with the same preload, asks for the engine's port; how many ports it got. */
export async function portsOfForeignPage(desk: Desk): Promise<number> {
  const { app } = desk;
  const refused = desk.logged('sender-refused');
  await app.evaluate(async ({ app: own, BrowserWindow }) => {
    const preload = `${own.getAppPath()}/preload.cjs`;
    const foreign = new BrowserWindow({
      show: false,
      title: 'foreign',
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    });
    Object.assign(globalThis, { foreign });
    await foreign.loadURL('app://wizard/index.html');
  });
  const ports = () =>
    app.evaluate(async () => {
      const { foreign } = globalThis as unknown as {
        foreign: { webContents: { executeJavaScript(code: string): Promise<number> } };
      };
      return foreign.webContents.executeJavaScript('window.suite.ports');
    });
  await until(
    'the foreign page was answered or refused',
    async () => (await ports()) > 0 || desk.logged('sender-refused') > refused,
  );
  const got = await ports();
  await app.evaluate(() => (globalThis as unknown as { foreign: { destroy(): void } }).foreign.destroy());
  return got;
}

/** What the page's world has that a blank frame of the same browser has not: the fixture's own name, and nothing of Electron's. */
export async function isolatedFrom({ page }: Desk): Promise<string[]> {
  return page.evaluate(`(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    frame.remove();
    return Object.getOwnPropertyNames(window).filter((name) => !plain.has(name) && !/^\\d+$|^__playwright|^__pw/.test(name));
  })()`);
}
