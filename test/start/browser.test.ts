/** `npm start` where no window can be opened; that it opens one where it can is test/electron/start.test.ts. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { enter, openWindow, raw } from '../faces/support.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { npmStart, type Started } from './support.ts';

const workDir = workDirs();
const limit = 300_000;
const started: Started[] = [];

afterEach(async () => {
  for (const each of started.splice(0)) {
    each.interrupt();
    await each.ended;
  }
}, limit);

/** A machine with this Electron or none, and this display or none. */
async function start({ electron, display }: { electron: boolean; display: boolean }, ...args: string[]) {
  const dir = await workDir();
  const dist = join(dir, 'electron-dist');
  await mkdir(dist);
  if (electron) {
    await writeFile(join(dist, 'electron'), '#!/bin/sh\nexit 9\n');
    await chmod(join(dist, 'electron'), 0o755);
  }
  const run = npmStart(
    {
      AIRGAP_DATA_DIR: join(dir, 'data'),
      // The runtime that the desktop's suites have fetched is looked for here.
      AIRGAP_CACHE: join(dir, 'cache'),
      ELECTRON_OVERRIDE_DIST_PATH: electron ? dist : undefined,
      DISPLAY: display ? ':99' : undefined,
      WAYLAND_DISPLAY: undefined,
    },
    ...args,
  );
  started.push(run);
  return run;
}

describe('npm start without a window', () => {
  const machines = [
    { electron: true, display: false, why: /^No window here: .*display.*$/m },
    { electron: false, display: true, why: /^No window here: .*Electron.*$/m },
    { electron: false, display: false, why: /^No window here: .+$/m },
  ];
  test.each(machines)(
    'Electron: $electron, display: $display: says why, and the address that it prints works',
    async ({ why, ...machine }) => {
      const run = await start(machine);
      const url = await run.address;
      const wizard = { url, port: Number(new URL(url).port) };
      await expect.poll(run.said, { timeout: 60_000 }).toMatch(why);
      const page = await raw(
        wizard.port,
        `GET / HTTP/1.1\r\nHost: 127.0.0.1:${wizard.port}\r\nConnection: close\r\n\r\n`,
      );
      expect(page.text).toContain('<div id="root">');
      const window = await openWindow(wizard, await enter(wizard));
      expect(await window.client.status()).toMatchObject({ installed: null });
      await window.close();
    },
    limit,
  );

  test(
    'Ctrl-C ends all of it, and so does a signal to npm alone',
    async () => {
      for (const end of ['interrupt', 'terminate'] as const) {
        const run = await start({ electron: false, display: false });
        const port = Number(new URL(await run.address).port);
        run[end]();
        // Ends when whoever has its output has ended, so nobody is left who holds the port.
        await run.ended;
        started.pop();
        expect((await raw(port, 'GET / HTTP/1.1\r\n\r\n')).status).toBe(0);
      }
    },
    limit,
  );
});
