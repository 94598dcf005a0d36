import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { enter, openWindow, raw, type Served, socketOf, startHeldRun, startServer, tokenOf } from './support.ts';

const workDir = workDirs();
let served: Served;

async function start(options: Parameters<typeof startServer>[1] = {}): Promise<Served> {
  served = await startServer(await workDir(), options);
  return served;
}

afterEach(async () => {
  for (const run of [served.engine.context.runs.activeRun])
    if (run !== undefined) served.engine.context.runs.cancel(run);
  await served.engine.context.runs.idle();
  await served.server.close();
});

const code = (thrown: unknown) => (thrown as { data?: { code?: string } }).data?.code;

describe('windows of the browser face', () => {
  test('the first is the writer, the second only looks on, and takes over when the first is gone', async () => {
    const { server } = await start();
    const cookie = await enter(server);
    const first = await openWindow(server, cookie);
    expect(await first.client.control.state()).toEqual({ writer: true, taken: false });
    const second = await openWindow(server, cookie);
    expect(await second.client.control.state()).toEqual({ writer: false, taken: true });
    expect(await second.client.control.claim()).toEqual({ writer: false, taken: true });
    expect(await second.client.runs.startSmoke().catch(code)).toBe('READ_ONLY');
    expect(await second.client.status()).toMatchObject({ installed: null });
    await first.close();
    await expect.poll(() => second.client.control.claim()).toEqual({ writer: true, taken: false });
    expect(await second.client.runs.cancel({ run: 'none' })).toEqual({ cancelled: false });
  });

  test('a released claim is free for another window', async () => {
    const { server } = await start();
    const cookie = await enter(server);
    const first = await openWindow(server, cookie);
    const second = await openWindow(server, cookie);
    expect(await first.client.control.release()).toEqual({ writer: false, taken: false });
    expect(await second.client.control.claim()).toEqual({ writer: true, taken: false });
    expect(await first.client.runs.cancel({ run: 'none' }).catch(code)).toBe('READ_ONLY');
  });

  test('a window that comes back gets the events from where it was, without gaps', async () => {
    const { server, engine } = await start();
    const cookie = await enter(server);
    const first = await openWindow(server, cookie);
    const { run, finish } = startHeldRun(engine);
    const seen: EngineEvent[] = [];
    for await (const event of await first.client.runs.follow({ run, after: 0 })) {
      seen.push(event);
      if (event.body.kind === 'log') break;
    }
    await first.close();
    expect(engine.context.runs.activeRun).toBe(run);
    const again = await openWindow(server, cookie);
    expect(await again.client.runs.active()).toMatchObject({ run, action: 'check', owner: true, interrupted: null });
    const after = seen.at(-1)?.seq ?? 0;
    finish();
    for await (const event of await again.client.runs.follow({ run, after })) seen.push(event);
    const journaled = seen.filter(({ body }) => body.kind !== 'progress').map(({ seq }) => seq);
    expect(journaled).toEqual(journaled.map((_, index) => index + 1));
    expect(seen.at(-1)?.body).toMatchObject({ kind: 'runFinished', outcome: 'done' });
    expect(await again.client.runs.active()).toMatchObject({ run: null, last: { run, outcome: 'done' } });
  });

  test('an error inside an event stream crosses with its code', async () => {
    const { server } = await start();
    const { client } = await openWindow(server, await enter(server));
    const follow = async () => {
      for await (const _ of await client.runs.follow({ run: 'never', after: 0 })) expect.unreachable();
    };
    await expect(follow()).rejects.toMatchObject({
      code: 'INSTALLER',
      data: { code: 'NO_RUN', params: { run: 'never' } },
    });
    const verify = async () => {
      for await (const _ of await client.bundle.verify({ dir: '/nowhere', root: '/nowhere' })) expect.unreachable();
    };
    await expect(verify()).rejects.toMatchObject({ data: { code: 'BUNDLE_NOT_FOUND', params: { dir: '/nowhere' } } });
  });

  test('a request that is not as the contract has it names the field, not the value', async () => {
    const { server } = await start();
    const { client } = await openWindow(server, await enter(server));
    const wrong = { run: 'r', after: -1 };
    const thrown = await client.runs.follow(wrong).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ data: { code: 'REQUEST_FORMAT', params: { field: 'after' } } });
  });

  test('an answer to a window that is gone disturbs nobody', async () => {
    const { server, engine } = await start();
    const cookie = await enter(server);
    const first = await openWindow(server, cookie);
    const { run } = startHeldRun(engine);
    await first.client.runs.follow({ run, after: 0 });
    first.socket.terminate();
    await once(first.socket, 'close');
    engine.context.runs.cancel(run);
    await engine.context.runs.idle();
    const second = await openWindow(server, cookie);
    expect(await second.client.runs.active()).toMatchObject({ run: null, last: { outcome: 'cancelled' } });
  });
});

describe('the browser face', () => {
  test('ends by itself without a window and without a run, not before', async () => {
    const { server, engine } = await start({ idleMs: 30 });
    const { finish } = startHeldRun(engine);
    let ended = false;
    void server.ended.then(() => {
      ended = true;
    });
    const window = await openWindow(server, await enter(server));
    await window.close();
    // The run alone keeps it: several idle times pass without its end.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(ended).toBe(false);
    finish();
    expect(await server.ended).toBe('idle');
    expect((await raw(server.port, 'GET / HTTP/1.1\r\n\r\n')).status).toBe(0);
  });

  test('says nothing of tokens, cookies and paths to its log', async () => {
    const { server, lines } = await start();
    const cookie = await enter(server);
    const token = tokenOf(server.url);
    await raw(server.port, `GET /?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    await raw(server.port, `GET /${token} HTTP/1.1\r\nHost: evil\r\nCookie: ${cookie}\r\n\r\n`);
    await raw(server.port, `GET / HTTP/9\r\nCookie: ${cookie}\r\n\r\n`);
    await once(socketOf(server, 'airgap=wrong'), 'error');
    expect(lines.length).toBeGreaterThan(3);
    const all = lines.join('\n');
    for (const secret of [token, cookie.split('=')[1] ?? '', '?token', 'evil']) expect(all).not.toContain(secret);
  });

  test('is not there without the built pages', async () => {
    await start();
    const missing = startServer(await workDir(), { rendererDir: '/nonexistent' });
    await expect(missing).rejects.toMatchObject({ code: 'WIZARD_MISSING' });
  });

  test('says when its port is taken', async () => {
    const { server } = await start();
    const second = startServer(await workDir(), { port: server.port });
    await expect(second).rejects.toMatchObject({ code: 'ADDRESS_TAKEN', params: { port: server.port } });
  });
});
