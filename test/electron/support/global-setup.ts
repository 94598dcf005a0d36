import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureElectronRuntime } from '../../../electron/runtime/fetch-runtime.ts';
import type { Log } from '../../site/paths.ts';
import { ensureDesktopPackages } from '../packages.ts';
import { packageFixture } from './fixture-app.ts';
import { startScreen } from './screen.ts';
import { type DesktopUser, makeUser, removeStaleUsers } from './user.ts';

/** What all files of the desktop suite share. */
export interface DesktopSuite {
  /** Below it everything is: packaged apps, homes. Anybody may read it. */
  dir: string;
  /** For DISPLAY. */
  display: string;
  user: DesktopUser;
  /** The executable of the packaged app with all defences, on the suite's own page and engine. */
  standing: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    desktop: DesktopSuite;
  }
}

/** Once for all files: the runtime, a screen, a user without rights, and the packaged app that they start. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log: Log = (line) => console.error(`desktop: ${line}`);
  const undo: (() => Promise<unknown>)[] = [];
  const tearDown = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    await ensureDesktopPackages(log);
    const runtime = await ensureElectronRuntime(log);
    await removeStaleUsers(log);
    const dir = await mkdtemp('/var/tmp/airgap-desktop-');
    undo.push(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
    await chmod(dir, 0o755);
    const screen = await startScreen();
    undo.push(() => screen.end());
    const { user, remove } = await makeUser();
    undo.push(remove);
    const standing = await packageFixture({ app: join(dir, 'app'), out: join(dir, 'standing'), runtime });
    project.provide('desktop', { dir, display: screen.display, user, standing });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
