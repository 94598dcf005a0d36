// needs: root
/** What nobody foresaw, in real processes: it is written down, said to the windows and to the terminal, and the process ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { encodeFrame, FrameReader } from '../../installer/base/frames.ts';
import { noteFrame } from '../../installer/base/host-note.ts';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { enter, makeRenderer, openWindow, raw } from './support.ts';

const workDir = workDirs();
const faces = join(import.meta.dirname, '../../installer/faces');
const cli = join(faces, 'cli/main.ts');
const plant = join(import.meta.dirname, 'plant-fault.ts');
const children: ChildProcess[] = [];
const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
});

/** A container engine that takes every question and answers none: what asks it is under way until it is ended. */
async function silentEngine(dir: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(
    join(dir, 'docker.sock'),
  );
  servers.push({ server, sockets });
  await once(server, 'listening');
  return `unix://${join(dir, 'docker.sock')}`;
}

/** A data directory with an installation that was begun and never finished, which can be rolled back. */
function unfinishedInstall(dataDir: string, record?: string): void {
  const journal = openJournal(dataDir);
  journal.beginRun({ id: 'begun', action: 'install', startedAt: 1, user: 'root', host: 'site' });
  // What a roll back asks the container engine about, and so waits for.
  journal.making('begun', { kind: 'container', name: 'airgap-registry' }, 1);
  if (record !== undefined) journal.recordInstallation('begun', record);
  journal.close();
}

async function start(program: readonly string[], env: Record<string, string> = {}, record?: string) {
  const dir = await workDir();
  const dataDir = join(dir, 'data');
  const docker = await silentEngine(dir);
  unfinishedInstall(dataDir, record);
  const renderer = program.includes('serve') ? ['--renderer', await makeRenderer(dir)] : [];
  const [file = '', ...rest] = program;
  const args = ['--import', plant, file, '--data-dir', dataDir, ...rest, ...renderer];
  const child = spawn(process.execPath, args, { env: { ...process.env, DOCKER_HOST: docker, LANG: 'C', ...env } });
  children.push(child);
  const said = { out: '', err: '' };
  if (rest.length > 0) child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return { child, dataDir, said, exit: once(child, 'close') };
}

/** A window on a served wizard, and in it a run that goes on, followed. */
async function windowOnRun({ said }: Awaited<ReturnType<typeof start>>, job: 'rollBack' | 'startSmoke' = 'rollBack') {
  await expect.poll(() => said.out, { timeout: 60_000 }).toMatch(/\n$/);
  const url = said.out.trim();
  const wizard = { url, port: Number(new URL(url).port) };
  const window = await openWindow(wizard, await enter(wizard));
  const gone = once(window.socket, 'close');
  const { run } = await window.client.runs[job]();
  const events: EngineEvent[] = [];
  const followed = (async () => {
    for await (const event of await window.client.runs.follow({ run, after: 0 })) events.push(event);
  })();
  // Where it is cut off without a word, that is what the test sees.
  followed.catch(() => undefined);
  return { wizard, window, gone, run, events, followed };
}

const underWay = (events: readonly EngineEvent[]) =>
  expect.poll(() => events.some(({ body }) => body.kind === 'stepStarted'), { timeout: 30_000 }).toBe(true);

const lastOf = (events: readonly EngineEvent[]) => events.at(-1)?.body;

function outcomeOf(dataDir: string, run: string): string | null | undefined {
  // DATA_DIR_BUSY where the lock is still held.
  const journal = openJournal(dataDir);
  try {
    return journal.run(run)?.outcome;
  } finally {
    journal.close();
  }
}

const failed = { kind: 'runFinished', outcome: 'failed', error: { code: 'INTERNAL' } };

describe('an error that nobody listens to, in a wizard for the browser with a run under way', () => {
  test.each([
    ['emitter'],
    ['stream'],
    ['rejection'],
  ])('%s: journal, window, terminal and exit code say so', async (what) => {
    const served = await start([cli, 'serve'], { AIRGAP_PLANT: what });
    const { gone, run, events, followed } = await windowOnRun(served);
    await underWay(events);
    served.child.kill('SIGUSR2');
    await followed;
    expect(lastOf(events)).toMatchObject(failed);
    const [code] = await gone;
    expect(code).toBe(1011);
    expect(await served.exit).toEqual([1, null]);
    expect(served.said.err).toContain('[INTERNAL]');
    expect(served.said.err).toMatch(/planted/);
    expect(outcomeOf(served.dataDir, run)).toBe('failed');
  });

  test('the control: without the last resort the window hears nothing and the run has no end', async () => {
    const served = await start([cli, 'serve'], { AIRGAP_PLANT: 'emitter', AIRGAP_UNARMED: '1' });
    const { gone, run, events } = await windowOnRun(served);
    await underWay(events);
    served.child.kill('SIGUSR2');
    const [code] = await gone;
    expect(code).toBe(1006);
    await served.exit;
    expect(lastOf(events)).toMatchObject({ kind: 'stepStarted' });
    expect(outcomeOf(served.dataDir, run)).toBeNull();
  });
});

describe.each([
  ['its own entry', [join(faces, 'stdio/main.ts')]],
  ['the hidden command', [cli, 'engine']],
])('the same in the desktop’s engine, from %s', (_, program) => {
  test('the window hears that the run failed, and the process ends with 1', async () => {
    const engine = await start(program);
    const reader = new FrameReader();
    let text = '';
    engine.child.stdout?.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) if (frame.kind === 'text') text += `${frame.body}\n`;
    });
    const say = (body: string) => engine.child.stdin?.write(encodeFrame({ kind: 'text', body }));
    engine.child.stdin?.write(encodeFrame(noteFrame({ session: 1 })));
    say(JSON.stringify({ i: '1', p: { u: '/runs/rollBack' } }));
    await expect.poll(() => text, { timeout: 60_000 }).toMatch(/"run":"[^"]+"/);
    const run = /"run":"([^"]+)"/.exec(text)?.[1] ?? '';
    say(JSON.stringify({ i: '2', p: { u: '/runs/follow', b: { json: { run, after: 0 } } } }));
    await expect.poll(() => text, { timeout: 60_000 }).toContain('stepStarted');
    engine.child.kill('SIGUSR2');
    expect(await engine.exit).toEqual([1, null]);
    expect(text).toMatch(/"kind":"runFinished","outcome":"failed","error":\{"code":"INTERNAL"/);
    expect(engine.said.err).toContain('planted');
    expect(outcomeOf(engine.dataDir, run)).toBe('failed');
  });
});

test('an error that nobody listens to, in a command of the terminal: one document, words, exit code 1', async () => {
  const command = await start([cli, '--json', 'check']);
  await expect.poll(() => servers[0]?.sockets.size, { timeout: 60_000 }).toBeGreaterThan(0);
  command.child.kill('SIGUSR2');
  expect(await command.exit).toEqual([1, null]);
  expect(JSON.parse(command.said.out)).toEqual({ error: { code: 'INTERNAL', params: {}, detail: 'planted' } });
  expect(command.said.err).toContain('planted');
});

describe('words that nobody reads', () => {
  test('a terminal that is gone does not end the wizard', async () => {
    const served = await start([cli, 'serve']);
    await expect.poll(() => served.said.out, { timeout: 60_000 }).toMatch(/\n$/);
    const port = Number(new URL(served.said.out.trim()).port);
    const get = (target: string) => raw(port, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    served.child.stdout?.destroy();
    served.child.stderr?.destroy();
    // Each is refused, which is said to nobody.
    for (let time = 0; time < 3; time += 1) expect((await get('/nothing')).status).toBe(404);
    expect((await get('/')).status).toBe(200);
    served.child.kill('SIGTERM');
    const [code] = await once(served.child, 'exit');
    expect(code).toBe(0);
  });

  test('a document that did not arrive is no success', async () => {
    const full = spawn('sh', ['-c', `"$@" >/dev/full`, 'sh', process.execPath, cli, '--version'], { stdio: 'ignore' });
    expect(await once(full, 'close')).toEqual([1, null]);
  });
});

describe('a record of the installation that cannot be read', () => {
  const record = '{"product":';

  test('fails the smoke test, and Ctrl-C ends the wizard; the next start is good', async () => {
    const served = await start([cli, 'serve'], {}, record);
    const { events, followed, run, window } = await windowOnRun(served, 'startSmoke');
    await followed;
    expect(lastOf(events)).toMatchObject({
      kind: 'runFinished',
      outcome: 'failed',
      error: { code: 'JOURNAL_CORRUPT' },
    });
    expect(await window.client.runs.active()).toMatchObject({ run: null, interrupted: null, last: { run } });
    const again = await window.client.runs.startSmoke();
    expect(again.run).not.toBe(run);
    served.child.kill('SIGINT');
    expect(await served.exit).toEqual([0, null]);
    expect(outcomeOf(served.dataDir, run)).toBe('failed');
  });

  test('the control: a wizard that spins is not ended by Ctrl-C', async () => {
    const served = await start([cli, 'serve'], { AIRGAP_PLANT: 'spin' });
    await expect.poll(() => served.said.out, { timeout: 60_000 }).toMatch(/\n$/);
    const port = Number(new URL(served.said.out.trim()).port);
    served.child.kill('SIGUSR2');
    // It is spinning once it takes no connection's bytes any more.
    await expect
      .poll(
        () =>
          Promise.race([
            raw(port, 'GET / HTTP/1.1\r\n\r\n'),
            new Promise((resolve) => setTimeout(resolve, 500, 'deaf')),
          ]),
        {
          timeout: 30_000,
        },
      )
      .toBe('deaf');
    served.child.kill('SIGINT');
    const ended = Promise.race([served.exit, new Promise((resolve) => setTimeout(resolve, 3000, 'still there'))]);
    expect(await ended).toBe('still there');
  });
});
