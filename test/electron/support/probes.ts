import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk } from './launch.ts';

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

/** Every way in which a page can send something to an address without leaving itself. */
export async function askEverywhere({ page }: Desk, url: string): Promise<void> {
  await page.evaluate(
    `(async (url) => {
      const tag = (name, attributes) => {
        const element = Object.assign(document.createElement(name), attributes);
        document.head.append(element);
        return element;
      };
      tag('link', { rel: 'preconnect', href: url });
      tag('link', { rel: 'prefetch', href: url });
      tag('link', { rel: 'stylesheet', href: url });
      tag('link', { rel: 'icon', href: url });
      tag('script', { src: url });
      tag('iframe', { src: url });
      tag('object', { data: url });
      new Image().src = url;
      try { navigator.sendBeacon(url, 'x'); } catch {}
      try { new WebSocket(url.replace('http', 'ws')); } catch {}
      try { new EventSource(url); } catch {}
      try { new Worker(url); } catch {}
      const form = tag('form', { action: url, method: 'post', target: '_blank' });
      form.submit();
      await fetch(url, { mode: 'no-cors' }).catch(() => null);
      await fetch(url.replace('127.0.0.1', 'localhost'), { mode: 'no-cors' }).catch(() => null);
    })(${JSON.stringify(url)})`,
  );
  await sleep(700);
}

/** Puts a <webview> with this attribute into the page; how many guests it got. */
export async function countGuests({ app, page }: Desk, attribute: string): Promise<number> {
  await page.evaluate((name) => {
    const { document } = globalThis as unknown as {
      document: {
        createElement(tag: string): { setAttribute(key: string, value: string): void };
        body: { append(element: unknown): void };
      };
    };
    const view = document.createElement('webview');
    view.setAttribute('src', 'app://wizard/index.html');
    view.setAttribute(name, '');
    document.body.append(view);
  }, attribute);
  await sleep(700);
  return app.evaluate(
    ({ webContents }) => webContents.getAllWebContents().filter((one) => one.getType() === 'webview').length,
  );
}

/** A page of another window, with the same preload, asks for the engine's port; how many ports it got. */
export async function portsOfForeignPage({ app }: Desk): Promise<number> {
  return app.evaluate(async ({ app: own, BrowserWindow }) => {
    const preload = `${own.getAppPath()}/preload.cjs`;
    const foreign = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    });
    await foreign.loadURL('app://wizard/index.html');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const ports = (await foreign.webContents.executeJavaScript('window.suite.ports')) as number;
    foreign.destroy();
    return ports;
  });
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
