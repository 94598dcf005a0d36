import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { workDirs } from '../fixtures/work-dir.ts';
import { enter, makeRenderer, openWindow, raw, tokenOf } from './support.ts';

const workDir = workDirs();
const entry = join(import.meta.dirname, '../../installer/faces/cli/main.ts');
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function start(options: readonly string[] = []) {
  const dir = await workDir();
  const renderer = await makeRenderer(dir);
  const args = [entry, '--data-dir', join(dir, 'data'), 'serve', '--renderer', renderer, ...options];
  const child = spawn(process.execPath, args);
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  // `close` comes after the last of what it said was read, `exit` may come before
  return { child, said, exit: once(child, 'close') };
}

describe('airgap serve', () => {
  test('prints the address on a line of its own, serves there, and ends on a signal', async () => {
    const { child, said, exit } = await start();
    await expect.poll(() => said.out, { timeout: 30_000 }).toMatch(/\n$/);
    expect(said.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64}\n$/);
    const { port } = new URL(said.out.trim());
    expect((await raw(Number(port), `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).status).toBe(200);
    expect(said.err).not.toContain(tokenOf(said.out.trim()));
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  test('ends on a signal although a window is open', async () => {
    const { child, said, exit } = await start();
    await expect.poll(() => said.out, { timeout: 30_000 }).toMatch(/\n$/);
    const url = said.out.trim();
    const wizard = { url, port: Number(new URL(url).port) };
    const { socket } = await openWindow(wizard, await enter(wizard));
    const gone = once(socket, 'close');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await gone;
  });

  test('takes a Ctrl-C that comes twice, from the terminal and from npm, as one', async () => {
    const { child, said, exit } = await start();
    await expect.poll(() => said.out, { timeout: 30_000 }).toMatch(/\n$/);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });

  test('ends when the terminal is gone and nothing goes on', async () => {
    const { child, said, exit } = await start();
    await expect.poll(() => said.out, { timeout: 30_000 }).toMatch(/\n$/);
    child.kill('SIGHUP');
    expect(await exit).toEqual([0, null]);
  });

  test('ends by itself when nobody comes', async () => {
    const { exit } = await start(['--idle', '1']);
    expect(await exit).toEqual([0, null]);
  });

  test('says what to do when the pages were not built', async () => {
    const { said, exit } = await start(['--renderer', '/nonexistent']);
    expect(await exit).toEqual([1, null]);
    expect(said.err).toContain('WIZARD_MISSING');
    expect(said.err).toContain('npm run build');
  });

  test.each(['70000', '-1', '1.5', 'x'])('port %s is not understood', async (port) => {
    const { exit } = await start([`--port=${port}`]);
    expect(await exit).toEqual([2, null]);
  });
});
