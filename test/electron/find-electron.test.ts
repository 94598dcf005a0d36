import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findElectron } from '../../electron/find-electron.ts';
import { sandboxWorks } from '../../electron/sandbox-here.ts';
import { noWindow } from '../../electron/start-words.ts';
import { whyNoWindow } from '../../electron/why-no-window.ts';

let folder: string;
const cache = process.env.AIRGAP_CACHE;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airgap-find-'));
  process.env.AIRGAP_CACHE = join(folder, 'cache');
});
afterEach(async () => {
  if (cache === undefined) delete process.env.AIRGAP_CACHE;
  else process.env.AIRGAP_CACHE = cache;
  await rm(folder, { recursive: true, force: true });
});

async function put(dist: string, mode: number, name = 'electron'): Promise<void> {
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, name), '');
  await chmod(join(dist, name), mode);
  await writeFile(join(dist, 'version'), '45.4.1\n');
}

it('finds none where there is none, and does not fetch one', () => {
  expect(findElectron(folder, {})).toBeNull();
});

it('believes no folder without an executable in it', async () => {
  const dist = join(folder, 'dist');
  expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: dist })).toBeNull();
  await put(dist, 0o644);
  expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: dist })).toBeNull();
});

it('takes the environment’s, then the package’s, then the cached, and says the version', async () => {
  const override = join(folder, 'dist');
  const packaged = join(folder, 'node_modules', 'electron');
  const cached = join(folder, 'cache', 'electron', '25.1.1-0.2.194');
  await put(cached, 0o755);
  expect(findElectron(folder, {})).toMatchObject({ from: 'cache', version: '45.4.1' });
  await put(join(packaged, 'dist'), 0o755, 'other');
  await writeFile(join(packaged, 'path.txt'), 'other');
  expect(findElectron(folder, {})).toMatchObject({ from: 'node_modules', executable: join(packaged, 'dist', 'other') });
  await put(override, 0o755, 'other');
  expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: override })).toEqual({
    executable: join(override, 'other'),
    version: '45.4.1',
    from: 'ELECTRON_OVERRIDE_DIST_PATH',
  });
});

it('says why no window can be opened', () => {
  const all = {
    electron: { executable: '/x', version: '45.4.1', from: 'cache' },
    renderer: true,
    env: { DISPLAY: ':0' },
    uid: 1000,
    sandbox: () => true,
  } as const;
  expect(whyNoWindow(all)).toBeNull();
  expect(whyNoWindow({ ...all, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull();
  expect(whyNoWindow({ ...all, electron: null })).toContain('no Electron binary');
  expect(whyNoWindow({ ...all, env: {} })).toContain('no display');
  expect(whyNoWindow({ ...all, uid: 0 })).toContain('never runs as root');
  expect(whyNoWindow({ ...all, renderer: false })).toContain('not been built');
  expect(whyNoWindow({ ...all, sandbox: () => false })).toContain('sandbox');
  const reasons = [{ electron: null }, { env: {} }, { uid: 0 }, { renderer: false }, { sandbox: () => false }];
  for (const reason of reasons) {
    const why = whyNoWindow({ ...all, ...reason }) ?? '';
    expect(noWindow(why, 'en')).toContain(why);
    expect(noWindow(why, 'ru')).toMatch(/^Окна не будет: [а-яё]/i);
    expect(noWindow(why, 'ru')).not.toContain(why);
  }
});

it('knows where Chromium’s sandbox works: with its setuid helper, or with user namespaces', async () => {
  const executable = join(folder, 'electron');
  const kernel = (settings: Record<string, number>) => (name: string) => settings[name] ?? null;
  const withUserNamespaces = kernel({ 'user/max_user_namespaces': 1000 });
  const without = kernel({ 'kernel/unprivileged_userns_clone': 0 });
  expect(sandboxWorks(executable, withUserNamespaces)).toBe(true);
  expect(sandboxWorks(executable, without)).toBe(false);
  expect(sandboxWorks(executable, kernel({ 'kernel/apparmor_restrict_unprivileged_userns': 1 }))).toBe(false);
  await writeFile(join(folder, 'chrome-sandbox'), '');
  await chmod(join(folder, 'chrome-sandbox'), 0o755);
  expect(sandboxWorks(executable, without)).toBe(false);
  await chmod(join(folder, 'chrome-sandbox'), 0o4755);
  expect(sandboxWorks(executable, without)).toBe(true);
});
