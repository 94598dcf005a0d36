import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPackage } from '@electron/asar';
import { build as bundle } from 'vite';
import { buildElectron } from '../../../electron/build.ts';
import type { Defence } from '../../../electron/defences.ts';
import { packageApp } from '../../../electron/packaging/package-app.ts';
import type { ElectronRuntime } from '../../../electron/runtime/cached-runtime.ts';
import type { Settings } from '../../../electron/settings.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The window's tests bring their own engine and page; elevation is sudo, with a rule for that one command. */
const settings: Settings = {
  engine: ['{resources}/engine/bin/node', '{resources}/engine/engine.mjs'],
  elevate: ['/usr/bin/sudo', '-n'],
};

/** Playwright drives the app through this one, which the shipped build has off (fuses.test.ts). */
export const fusesForPlaywright = { enableNodeCliInspectArguments: true };

/** chrome-sandbox(8): must be root's and setuid, as an installation makes it, or Chromium refuses to start with it. */
export function setUpSandbox(executable: string): Promise<void> {
  return chmod(join(dirname(executable), 'chrome-sandbox'), 0o4755);
}

/** Packages the window on a page and an engine of the suite's own. Gives the executable. */
export async function packageFixture(options: { app: string; out: string; runtime: ElectronRuntime }): Promise<string> {
  await buildElectron({ out: options.app, renderer: join(fixtures, 'page'), settings });
  const executable = await packageApp({ ...options, addEngine, fuses: fusesForPlaywright });
  await setUpSandbox(executable);
  return executable;
}

/** The app's archive with these defences left out, in place of the archive that stands in a copy of the packaged app. */
export async function replaceArchive(options: { app: string; archive: string; weakened: readonly Defence[] }) {
  await buildElectron({
    out: options.app,
    renderer: join(fixtures, 'page'),
    settings,
    weakened: options.weakened,
  });
  // Not written into: the link's other name is the standing app's.
  await rm(options.archive);
  await createPackage(options.app, options.archive);
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
