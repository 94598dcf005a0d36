import type { ChildProcess } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import type { Rig } from './rig.ts';

export interface Desk {
  app: ElectronApplication;
  page: Page;
  home: string;
  /** The app's own process, also when it has ended. */
  child: ChildProcess;
  /** What the app has written to standard error so far. */
  log(): string;
  /** Ends it, whatever it was doing. */
  close(): Promise<void>;
}

/** Starts a packaged app as the suite's user, with Chromium's sandbox, and waits for its page's port (`port: false`: not for it). */
export async function launch(
  rig: Rig,
  executable: string,
  options: { home?: string; port?: boolean } = {},
): Promise<Desk> {
  const home = options.home ?? (await rig.home());
  const app = await _electron.launch({
    executablePath: await starter(rig, executable, home),
    chromiumSandbox: true,
    timeout: 30_000,
  });
  const child = app.process();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const page = await app.firstWindow();
  if (options.port !== false) await untilPort(page, 1);
  return {
    app,
    page,
    home,
    child,
    log: () => said,
    close: () => end(child),
  };
}

/** A program that becomes the user and then the app, so that signals and exit codes are the app's own. setpriv(1). */
export async function starter(rig: Rig, executable: string, home: string, environment = ''): Promise<string> {
  const file = `${home}-start`;
  const { uid, gid } = rig.user;
  await writeFile(
    file,
    [
      '#!/bin/sh',
      `exec setpriv --reuid=${uid} --regid=${gid} --init-groups -- \\`,
      `  env -i PATH=/usr/bin:/bin HOME=${home} LANG=C.UTF-8 DISPLAY=${rig.screen.display} XDG_CONFIG_HOME=${join(home, '.config')} \\`,
      `  NODE_OPTIONS=--title=not-handed-on \\`,
      `  ${environment} ${executable} "$@"`,
      '',
    ].join('\n'),
  );
  await chmod(file, 0o755);
  return file;
}

/** Waits until the page has been given this many ports. Asked from outside: the page's policy allows no eval for waiting inside. */
export async function untilPort(page: Page, count: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const ports = await page.evaluate('window.suite?.ports ?? 0').catch(() => 0);
    if (Number(ports) >= count) return;
    if (Date.now() > deadline) throw new Error(`the page has ${ports} ports, not ${count}`);
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // Past the question that a window with a run under way would ask.
  child.kill('SIGKILL');
  await gone;
}
