import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

/** One tab of a real Firefox. */
export interface FirefoxTab {
  navigate(url: string): Promise<void>;
  reload(): Promise<void>;
  /** -1: back, 1: forward. */
  traverse(delta: number): Promise<void>;
  /** The value of an expression of the page's: text, number or boolean. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Debian's Firefox, driven by WebDriver BiDi, which it speaks by itself: https://www.w3.org/TR/webdriver-bidi/. Playwright drives only
 * a Firefox of its own.
 */
export async function openFirefox(): Promise<FirefoxTab> {
  const profile = await mkdtemp(join(tmpdir(), 'airgap-firefox-'));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const firefox = spawn('/usr/bin/firefox-esr', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
  });
  const ended = once(firefox, 'close');
  const socket = new WebSocket(`${await address(firefox)}/session`);
  await once(socket, 'open');
  const call = caller(socket);
  await call('session.new', { capabilities: {} });
  const { contexts } = (await call('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const context = contexts[0]?.context;
  const wait = 'complete';
  return {
    navigate: async (url) => void (await call('browsingContext.navigate', { context, url, wait })),
    reload: async () => void (await call('browsingContext.reload', { context, wait })),
    traverse: async (delta) => void (await call('browsingContext.traverseHistory', { context, delta })),
    async evaluate(expression) {
      const answer = await call('script.evaluate', { expression, target: { context }, awaitPromise: true });
      return (answer as { result?: { value?: unknown } }).result?.value;
    },
    async close() {
      socket.close();
      firefox.kill('SIGTERM');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function address({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('no pipe');
  for await (const line of createInterface({ input: stderr })) {
    const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
    if (found !== undefined) {
      // Whatever else it says is read, so that it never waits for a reader.
      stderr.resume();
      return found;
    }
  }
  throw new Error('Firefox ended before it listened');
}

function caller(socket: WebSocket) {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { id?: number; type: string; result?: unknown; message?: string };
    const call = message.id === undefined ? undefined : waiting.get(message.id);
    if (call === undefined) return;
    waiting.delete(message.id ?? 0);
    if (message.type === 'success') call.resolve(message.result);
    else call.reject(new Error(message.message));
  });
  return (method: string, params: object): Promise<unknown> => {
    last += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
    return promise;
  };
}
