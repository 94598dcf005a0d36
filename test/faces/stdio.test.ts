import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader, maxFrameLength } from '../../installer/base/frames.ts';
import { engineNote, noteFrame, readNote } from '../../installer/base/host-note.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { serveFrames } from '../../installer/faces/stdio/serve-frames.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { goodCall } from './hostile-messages.ts';
import { startHeldRun } from './support.ts';

const workDir = workDirs();
const faces = join(import.meta.dirname, '../../installer/faces');
const ownEntry = [join(faces, 'stdio/main.ts')];
const hiddenCommand = [join(faces, 'cli/main.ts'), 'engine'];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

interface Written {
  notes: { session: number; running: boolean }[];
  texts: string[];
  /** Resolves when what was written so far satisfies it. */
  until(enough: () => boolean): Promise<void>;
}

function collect(output: NodeJS.ReadableStream): Written {
  const reader = new FrameReader();
  const notes: Written['notes'] = [];
  const texts: string[] = [];
  let wake: () => void = () => undefined;
  output.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) {
      if (frame.kind === 'host') notes.push(readNote(engineNote, frame.body));
      else if (frame.kind === 'text') texts.push(frame.body);
    }
    wake();
  });
  const until = async (enough: () => boolean) => {
    while (!enough()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { notes, texts, until };
}

const call = (id: string) => encodeFrame({ kind: 'text', body: goodCall(id) });
const page = (session: number) => encodeFrame(noteFrame({ session }));

async function startProcess(command: readonly string[]) {
  const [file = '', ...rest] = command;
  const child = spawn(process.execPath, [file, '--data-dir', join(await workDir(), 'data'), ...rest]);
  children.push(child);
  const exit = once(child, 'close');
  return { child, exit, written: collect(child.stdout) };
}

async function startHere() {
  const engine = createEngine({ dataDir: join(await workDir(), 'data') });
  const input = new PassThrough();
  const output = new PassThrough();
  const lines: string[] = [];
  const written = collect(output);
  const ended = serveFrames({ engine, input, output, log: (line) => lines.push(line) });
  return { engine, input, written, lines, ended };
}

const malformed: [string, Buffer][] = [
  ['an unknown kind', Buffer.from([0, 0, 0, 0, 9])],
  ['a length over the limit', Buffer.from([0xff, 0xff, 0xff, 0xff, 0])],
  ['a length just over the limit', header(maxFrameLength + 1)],
  ['text that is not UTF-8', Buffer.from([0, 0, 0, 2, 0, 0xff, 0xfe])],
  ['lines instead of frames', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a note that is no JSON', Buffer.from(encodeFrame({ kind: 'host', body: '{' }))],
  ['a note of unknown shape', Buffer.from(encodeFrame({ kind: 'host', body: '{"session":1,"admin":true}' }))],
  ['a note with a wrong session', Buffer.from(encodeFrame({ kind: 'host', body: '{"session":0}' }))],
];

function header(length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length);
  return bytes;
}

describe('the engine process', () => {
  test.each([
    ['its own entry', ownEntry],
    ['the hidden command', hiddenCommand],
  ])('from %s answers over its pipe and ends when the window is gone', async (_, command) => {
    const { child, exit, written } = await startProcess(command);
    await written.until(() => written.notes.length === 1);
    expect(written.notes).toEqual([{ session: 0, running: false }]);
    child.stdin?.write(page(1));
    child.stdin?.write(call('1'));
    await written.until(() => written.texts.length === 1);
    expect(written.notes.at(-1)).toEqual({ session: 1, running: false });
    expect(JSON.parse(written.texts[0] ?? '')).toMatchObject({ i: '1', p: { b: { json: { writer: true } } } });
    child.stdin?.end();
    expect(await exit).toEqual([0, null]);
  });

  test('ends with 1 when it hears no frames, saying so without what it heard', async () => {
    const { child, exit } = await startProcess(ownEntry);
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdin?.write('secret-token-in-a-wrong-place');
    expect(await exit).toEqual([1, null]);
    expect(errors).toContain('not a frame');
    expect(errors).not.toContain('secret-token');
  });
});

describe('the pipe', () => {
  test.each(malformed)('%s ends the connection, not a run under way', async (_, bytes) => {
    const { engine, input, ended, lines } = await startHere();
    const { run, finish } = startHeldRun(engine);
    input.write(page(1));
    input.write(bytes);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    await expect.poll(() => lines.length).toBe(1);
    expect(engine.context.runs.activeRun).toBe(run);
    expect(over).toBe(false);
    finish();
    expect(await ended).toBe(1);
    expect(engine.context.ports.readJournal()?.run(run)?.outcome).toBe('done');
  });

  test('a frame that is cut off ends with 1', async () => {
    const { input, ended } = await startHere();
    input.end(page(1).subarray(0, 7));
    expect(await ended).toBe(1);
  });

  test('its end is taken as Ctrl-C: the run stops and is journaled', async () => {
    const { engine, input, ended } = await startHere();
    const { run } = startHeldRun(engine);
    input.end(page(1));
    expect(await ended).toBe(0);
    expect(engine.context.ports.readJournal()?.run(run)?.outcome).toBe('cancelled');
  });

  test('a new page has its own numbers, and is told of runs', async () => {
    const { engine, input, written, ended } = await startHere();
    const { run, finish } = startHeldRun(engine);
    const follow = JSON.stringify({ i: '1', p: { u: '/runs/follow', b: { json: { run, after: 0 } } } });
    input.write(page(1));
    input.write(encodeFrame({ kind: 'text', body: follow }));
    await written.until(() => written.texts.some((text) => text.includes('held')));
    input.write(page(2));
    await written.until(() => written.notes.at(-1)?.session === 2);
    const before = written.texts.length;
    input.write(call('1'));
    await written.until(() => written.texts.length > before);
    expect(JSON.parse(written.texts[before] ?? '')).toMatchObject({ i: '1', p: { b: { json: { writer: true } } } });
    finish();
    await engine.context.runs.idle();
    await written.until(() => written.notes.at(-1)?.running === false);
    expect(written.notes.map(({ session, running }) => `${session} ${running}`)).toEqual([
      '0 false',
      '0 true',
      '1 true',
      '2 true',
      '2 false',
    ]);
    // Nothing of the former page's stream came after the new page was there.
    expect(written.texts.length).toBe(before + 1);
    input.end();
    expect(await ended).toBe(0);
  });

  test('more calls at a time than a window can have are refused', async () => {
    const { engine, input, lines, ended } = await startHere();
    const { run } = startHeldRun(engine);
    input.write(page(1));
    for (let id = 1; id <= 70; id++) {
      const body = JSON.stringify({ i: String(id), p: { u: '/runs/follow', b: { json: { run, after: 0 } } } });
      input.write(encodeFrame({ kind: 'text', body }));
    }
    await expect.poll(() => lines.filter((line) => line.endsWith('TOO_MANY')).length).toBe(6);
    input.end();
    expect(await ended).toBe(0);
  });
});
