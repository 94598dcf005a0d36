/** `npm start` where there is an Electron, a display and a person without rights: it opens the window. */
import { chmod, chown, cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, expect, inject, it } from 'vitest';
import { ensureElectronRuntime } from '../../electron/runtime/fetch-runtime.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { makeHome } from './support/rig.ts';
import { patience, until } from './support/until.ts';

const { dir, display, user } = inject('desktop');
const repository = fileURLToPath(new URL('../../', import.meta.url));

interface Started {
  said(): string;
  end(): void;
  /** With the exit code. */
  ended: Promise<number | undefined>;
}

/** An Electron as it is unpacked, with the helper set up as its installation would. */
let electron: string;

beforeAll(async () => {
  const runtime = await ensureElectronRuntime(console.error);
  electron = join(dir, 'electron-dist');
  await cp(runtime.dist, electron, { recursive: true });
  await chmod(join(electron, 'chrome-sandbox'), 0o4755);
});

/**
 * The repository as a person's own working copy: its files below a layer that takes what is written, at a path that the person may
 * enter, in a mount namespace that ends with the program. mount(8), overlayfs.
 */
async function inWorkingCopy(environment: Record<string, string>, command: string): Promise<Started> {
  const home = await makeHome();
  const copy = join(dir, `copy-of-${home.slice(-6)}`);
  await mkdir(copy);
  await chown(copy, user.uid, user.gid);
  const script = [
    'set -e',
    `mount -t tmpfs -o mode=755 tmpfs ${copy}`,
    `mkdir -p ${copy}/new/node_modules/.vite-temp ${copy}/work ${copy}/tree`,
    `chown -R ${user.name}: ${copy}/new`,
    `mount -t overlay -o lowerdir='${repository}',upperdir=${copy}/new,workdir=${copy}/work overlay ${copy}/tree`,
    // What is built: the person's own, and not built again where it is as the sources are.
    `mkdir -p ${copy}/tree/dist`,
    `mount -t tmpfs tmpfs ${copy}/tree/dist`,
    `cp -R '${repository}/dist/renderer' '${repository}/dist/renderer.stamp.json' ${copy}/tree/dist 2>/dev/null || true`,
    `chown -R ${user.name}: ${copy}/tree/dist`,
    `cd ${copy}/tree`,
    `exec setpriv --reuid=${user.uid} --regid=${user.gid} --init-groups -- sh -c "$1"`,
  ].join('\n');
  const env = {
    ...{ HOME: home, LANG: 'C.UTF-8', XDG_CONFIG_HOME: join(home, '.config'), AIRGAP_DATA_DIR: join(home, 'state') },
    // As npm does it.
    PATH: `${copy}/tree/node_modules/.bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    ...environment,
  };
  const run = execa('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', command], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: patience * 2,
    killSignal: 'SIGKILL',
  });
  let said = '';
  run.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = run.then(({ exitCode }) => exitCode);
  return { said: () => said, end: () => run.kill('SIGTERM'), ended };
}

/** Processes of the suite's user: of the app, its pages and its engine. */
async function processes(): Promise<string[]> {
  const all = await readdir('/proc');
  const own = all.map(async (pid) => {
    const status = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '') : '';
    return status.includes(`\nUid:\t${user.uid}\t`) ? [pid] : [];
  });
  return (await Promise.all(own)).flat();
}

it('opens the window, saying which Electron it is, and all ends with it', async () => {
  const desktop = { DISPLAY: display, ELECTRON_OVERRIDE_DIST_PATH: electron };
  const run = await inWorkingCopy(desktop, packageJson.scripts.start);
  const over = { yes: false };
  void run.ended.finally(() => {
    over.yes = true;
  });
  await until('the page has asked for its engine', () => over.yes || run.said().includes('engine-started'));
  expect(run.said()).toContain('Opening the wizard’s window on Electron 25.1.1 (ELECTRON_OVERRIDE_DIST_PATH).');
  expect(run.said()).toContain('airgap-desktop engine-started');
  run.end();
  await run.ended;
  await until('all its processes have ended', async () => (await processes()).length === 0);
});

it('opens the browser’s wizard where there is no display, and says why', async () => {
  const run = await inWorkingCopy(
    { ELECTRON_OVERRIDE_DIST_PATH: electron, AIRGAP_IDLE: '1' },
    packageJson.scripts.start,
  );
  expect(await run.ended, run.said()).toBe(0);
  expect(run.said()).toContain('No window here: there is no display');
});
