import type { ChildProcess } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, errors, type Page } from 'playwright';
import { inject } from 'vitest';
import { makeHome } from './rig.ts';
import { patience, until } from './until.ts';

export interface Desk {
  app: ElectronApplication;
  page: Page;
  home: string;
  /** The app's own process, also when it has ended. */
  child: ChildProcess;
  /** What the app has written to standard error so far. */
  log(): string;
  /** How often it has written this. */
  logged(what: string): number;
  /** Ends it, whatever it was doing. */
  close(): Promise<void>;
}

/** Starts a packaged app as the suite's user, with Chromium's sandbox, and waits for its page's port (`port: false`: not for it). */
export async function launch(
  executable: string,
  options: { home?: string; port?: boolean; environment?: string } = {},
): Promise<Desk> {
  const home = options.home ?? (await makeHome());
  const { app, page } = await attach(await starter(executable, home, options.environment));
  const child = app.process();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  if (options.port !== false) await untilPort(page, 1);
  return {
    app,
    page,
    home,
    child,
    log: () => said,
    logged: (what) => said.split(what).length - 1,
    close: () => end(child),
  };
}

/**
 * Playwright finds the page of a packaged app while that page comes from nothing to its address, and on a busy machine sometimes waits
 * for the one that is gone: then it is started once more. An app that does not start fails every time.
 */
async function attach(executablePath: string, attempts = 4): Promise<{ app: ElectronApplication; page: Page }> {
  const timeout = patience / 2;
  let app: ElectronApplication | undefined;
  try {
    app = await _electron.launch({ executablePath, chromiumSandbox: true, timeout });
    return { app, page: await app.firstWindow({ timeout }) };
  } catch (error) {
    if (app !== undefined) await end(app.process());
    if (attempts === 1 || !(error instanceof errors.TimeoutError)) throw error;
    console.error(`desktop: Playwright did not find the window of ${executablePath}: once more`);
    return attach(executablePath, attempts - 1);
  }
}

/** A program that becomes the user and then the app, so that signals and exit codes are the app's own. setpriv(1). */
export async function starter(executable: string, home: string, environment = ''): Promise<string> {
  const file = `${home}-start`;
  const { user, display } = inject('desktop');
  const { uid, gid } = user;
  await writeFile(
    file,
    [
      '#!/bin/sh',
      `exec setpriv --reuid=${uid} --regid=${gid} --init-groups -- \\`,
      `  env -i PATH=/usr/bin:/bin HOME=${home} LANG=C.UTF-8 DISPLAY=${display} XDG_CONFIG_HOME=${join(home, '.config')} \\`,
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
  await until(`the page has ${count} ports`, async () => {
    // Between two documents there is nothing to ask.
    const ports = await page.evaluate('window.suite?.ports ?? 0').catch(() => 0);
    return Number(ports) >= count;
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // Past the question that a window with a run under way would ask.
  child.kill('SIGKILL');
  await gone;
}
