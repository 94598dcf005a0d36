import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { encodeFrame, FrameReader } from '../../installer/base/frames.ts';
import { noteFrame } from '../../installer/base/host-note.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { serveFrames } from '../../installer/faces/stdio/serve-frames.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { goodCall, hostileMessages, procedures } from './hostile-messages.ts';
import { enter, ignoreReset, openWindow, type Served, startServer } from './support.ts';

const workDir = workDirs();
const messages = hostileMessages();

/** The answer's status; 200 is what oRPC leaves out. */
function statusOf(text: string): number {
  return (JSON.parse(text) as { p?: { s?: number } }).p?.s ?? 200;
}

test('there are enough of them, each with a name of its own', () => {
  expect(messages.length).toBeGreaterThanOrEqual(300);
  expect(new Set(messages.map(({ name }) => name)).size).toBe(messages.length);
});

describe('over WebSocket', () => {
  let served: Served;
  let cookie: string;

  beforeAll(async () => {
    served = await startServer(await workDir());
    cookie = await enter(served.server);
  });
  afterAll(() => served.server.close());

  const open = async () => {
    const origin = `http://127.0.0.1:${served.server.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${served.server.port}/rpc`, { origin, headers: { cookie } });
    await once(socket, 'open');
    return socket.on('error', ignoreReset);
  };

  /** What became of a message: refused with the connection, answered with an error, or accepted. */
  const outcome = async (text: string): Promise<'closed' | number> => {
    const socket = await open();
    const answer = await new Promise<'closed' | number>((resolve) => {
      socket.on('message', (data) => resolve(statusOf(data.toString())));
      socket.on('close', () => resolve('closed'));
      socket.on('error', () => resolve('closed'));
      socket.send(text);
    });
    socket.terminate();
    return answer;
  };

  test('control: a good call is answered', async () => {
    expect(await outcome(goodCall('7'))).toBe(200);
  });

  test('none is accepted, and the engine lives on', async () => {
    const accepted: string[] = [];
    for (const { name, text } of messages) {
      const became = await outcome(text);
      if (became !== 'closed' && became < 400) accepted.push(name);
    }
    expect(accepted).toEqual([]);
    expect(served.engine.context.runs.activeRun).toBeUndefined();
    const { client, close } = await openWindow(served.server, cookie);
    expect(await client.status()).toMatchObject({ installed: null, lastRun: null });
    await close();
  });

  test('a window that only looks on is refused every procedure that changes something', async () => {
    const writer = await openWindow(served.server, cookie);
    await expect.poll(() => writer.client.control.claim()).toMatchObject({ writer: true });
    const reader = await open();
    const changing = procedures().filter(({ changes }) => changes);
    expect(changing.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['runs/startInstall', 'runs/cancel', 'secrets/reveal', 'report/save', 'support/save']),
    );
    for (const { path } of changing) {
      reader.send(JSON.stringify({ i: path.replace('/', '_'), p: { u: `/${path}`, b: { json: {} } } }));
      const [data] = await once(reader, 'message');
      expect(String(data), path).toContain('READ_ONLY');
    }
    reader.close();
    await writer.close();
  });
});

describe('over the desktop’s pipe', () => {
  const start = async () => {
    const engine = createEngine({ dataDir: join(await workDir(), 'data') });
    const input = new PassThrough();
    const output = new PassThrough();
    const lines: string[] = [];
    const answers: string[] = [];
    const reader = new FrameReader();
    let wake: () => void = () => undefined;
    output.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) {
        if (frame.kind === 'text') answers.push(frame.body);
        wake();
      }
    });
    const ended = serveFrames({ engine, input, output, log: (line) => lines.push(line) });
    const send = (text: string) => input.write(encodeFrame({ kind: 'text', body: text }));
    const answered = async (id: string) => {
      const find = () => answers.find((text) => (JSON.parse(text) as { i: string }).i === id);
      while (find() === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return find() ?? '';
    };
    return { engine, input, output, lines, answers, ended, send, answered };
  };

  test('none is accepted, and the engine lives on', async () => {
    const { input, send, answers, answered, lines, ended, engine } = await start();
    input.write(encodeFrame(noteFrame({ session: 1 })));
    for (const [index, { text }] of messages.entries()) {
      send(text);
      // A good call in between: those before it have been looked at when it is answered.
      if (index % 25 === 0) {
        send(goodCall(`g${index}`));
        expect(statusOf(await answered(`g${index}`))).toBe(200);
      }
    }
    send(goodCall('last'));
    expect(statusOf(await answered('last'))).toBe(200);
    const accepted = answers.filter((text) => /^\{"i":"(?!g\d|last)/.test(text) && statusOf(text) < 400);
    expect(accepted).toEqual([]);
    expect(engine.context.runs.activeRun).toBeUndefined();
    expect(lines.length).toBe(20);
    input.end();
    expect(await ended).toBe(0);
  });

  test('nothing is answered before a window is there', async () => {
    const { input, send, answers, answered, lines, ended } = await start();
    send(goodCall('early'));
    input.write(encodeFrame(noteFrame({ session: 1 })));
    send(goodCall('later'));
    expect(statusOf(await answered('later'))).toBe(200);
    expect(answers.length).toBe(1);
    expect(lines).toEqual(['message refused: NO_SESSION']);
    input.end();
    expect(await ended).toBe(0);
  });
});
