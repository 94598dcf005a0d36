import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPackage } from '@electron/asar';
import { execa } from 'execa';
import { build as bundle } from 'vite';
import { buildElectron } from '../../../electron/build.ts';
import type { Defence } from '../../../electron/defences.ts';
import { packageApp } from '../../../electron/packaging/package-app.ts';
import { ensureElectronRuntime } from '../../../electron/runtime/fetch-runtime.ts';
import type { Settings } from '../../../electron/settings.ts';
import { ensureDesktopPackages } from '../packages.ts';
import { type Screen, startScreen } from './screen.ts';
import { type DesktopUser, makeUser } from './user.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The window's tests bring their own engine and page; elevation is sudo, with a rule for that one command. */
const settings: Settings = {
  engine: ['{resources}/engine/bin/node', '{resources}/engine/engine.mjs'],
  elevate: ['/usr/bin/sudo', '-n'],
};

export interface Rig {
  /** Below it everything is: packaged apps, homes. Anybody may read it. */
  dir: string;
  screen: Screen;
  user: DesktopUser;
  /** The packaged app's executable, with all defences. */
  standing: string;
  /** The same app without these defences. */
  without(weakened: readonly Defence[]): Promise<string>;
  /** A home folder of the user, empty. */
  home(): Promise<string>;
  end(): Promise<void>;
}

/** Packages the app on the cached runtime, once, and makes the user and the screen it runs with. */
export async function makeRig(log: (line: string) => void): Promise<Rig> {
  if (process.getuid?.() !== 0)
    throw new Error('the desktop suite needs root: it makes a user and a setuid sandbox helper');
  await ensureDesktopPackages(log);
  const runtime = await ensureElectronRuntime(log);
  const dir = await mkdtemp('/var/tmp/airgap-desktop-');
  await chmod(dir, 0o755);
  const app = join(dir, 'app');
  await buildElectron({ out: app, renderer: join(fixtures, 'page'), settings });
  const standing = await packageApp({
    app,
    out: join(dir, 'standing'),
    runtime,
    addEngine,
    // Playwright drives the app through it; the shipped build has it off (fuses.test.ts).
    fuses: { enableNodeCliInspectArguments: true },
  });
  // chrome-sandbox(8): must be root's and setuid, or Chromium refuses to start with it.
  await chmod(join(dirname(standing), 'chrome-sandbox'), 0o4755);
  const [screen, user] = await Promise.all([startScreen(), makeUser()]);
  let homes = 0;
  return {
    dir,
    screen,
    user,
    standing,
    without: (weakened) => weakenedCopy(dir, standing, weakened),
    async home() {
      homes += 1;
      const home = join(dir, `home-${homes}`);
      await mkdir(home, { mode: 0o700 });
      await chown(home, user.uid, user.gid);
      return home;
    },
    async end() {
      await screen.end();
      await user.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Node.js 24 and the fixture engine in one file, so that the app holds all it runs and any user may run it. */
async function addEngine(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile(process.execPath, join(folder, 'bin', 'node'));
  await chmod(join(folder, 'bin', 'node'), 0o755);
  await bundle({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: join(fixtures, 'engine.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      rollupOptions: { output: { entryFileNames: 'engine.mjs' } },
    },
  });
}

/** The packaged app again, by hard links, with another archive in it: a second and not eight. */
async function weakenedCopy(dir: string, standing: string, weakened: readonly Defence[]): Promise<string> {
  const copy = await mkdtemp(join(dir, `without-${weakened.join('-')}-`));
  await chmod(copy, 0o755);
  await execa('cp', ['--archive', '--link', `${dirname(standing)}/.`, copy]);
  const app = `${copy}-app`;
  await buildElectron({ out: app, renderer: join(fixtures, 'page'), settings, weakened });
  const archive = join(copy, 'resources', 'app.asar');
  // Not written into: the link's other name is the standing app's.
  await rm(archive);
  await createPackage(app, archive);
  return join(copy, basename(standing));
}

/** Copies a packaged app whole, for changing its binary. */
export async function copyApp(rig: Rig, name: string): Promise<string> {
  const copy = join(rig.dir, name);
  await cp(dirname(rig.standing), copy, { recursive: true });
  return join(copy, basename(rig.standing));
}
