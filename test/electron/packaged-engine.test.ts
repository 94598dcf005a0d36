import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright';
import { build as bundle } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildElectron } from '../../electron/build.ts';
import { packageApp } from '../../electron/packaging/package-app.ts';
import { productSettings } from '../../electron/packaging/product-settings.ts';
import { stageEngine } from '../../electron/packaging/stage-engine.ts';
import { ensureElectronRuntime } from '../../electron/runtime/fetch-runtime.ts';
import { starter } from './support/launch.ts';
import { makeRig, type Rig } from './support/rig.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

let rig: Rig;
let executable: string;

beforeAll(async () => {
  rig = await makeRig(() => undefined);
  const renderer = join(rig.dir, 'renderer');
  await bundle({
    configFile: join(repository, 'renderer', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: renderer, emptyOutDir: true },
  });
  const app = join(rig.dir, 'product-app');
  // The person's own folder: a test leaves nothing in the machine's.
  const engine = productSettings.engine.map((part) => (part.startsWith('/var/lib') ? join(rig.dir, 'state') : part));
  await buildElectron({ out: app, renderer, settings: { ...productSettings, engine } });
  executable = await packageApp({
    app,
    out: join(rig.dir, 'product'),
    runtime: await ensureElectronRuntime(() => undefined),
    addEngine: (folder) => stageEngine(repository, folder),
    fuses: { enableNodeCliInspectArguments: true },
  });
  await chmod(join(dirname(executable), 'chrome-sandbox'), 0o4755);
}, 300_000);

afterAll(() => rig?.end(), 60_000);

it('the packaged wizard opens without a fault, for a person without rights', async () => {
  const app = await _electron.launch({
    executablePath: await starter(rig, executable, await rig.home()),
    chromiumSandbox: true,
    timeout: 30_000,
  });
  const child = app.process();
  try {
    const page = await app.firstWindow();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
    await expect.poll(() => page.locator('h1').count(), { timeout: 20_000 }).toBe(1);
    expect(faults).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});
