import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildElectron } from '../../electron/build.ts';
import { requireReleaseVersion } from '../../electron/packaging/release-version.ts';
import { runtimeCache } from '../../electron/runtime/cache-folder.ts';
import { pinned } from '../../electron/runtime/pinned.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { cacheRoot } from '../site/paths.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airgap-release-'));
  await mkdir(join(folder, 'renderer'));
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const build = async (weakened: readonly 'sandbox'[] = []) => {
  const out = join(folder, 'app');
  const settings = { engine: ['{resources}/engine/bin/node'], elevate: ['pkexec'] };
  await buildElectron({ out, renderer: join(folder, 'renderer'), settings, weakened });
  return readFile(join(out, 'main.cjs'), 'utf8');
};

it('16. Use a current version of Electron: the one that is pinned is exact and supported', () => {
  expect(() => requireReleaseVersion('45.4.1', packageJson.devDependencies.electron)).not.toThrow();
});

it.each([
  ['the runtime of the tests', pinned.electronVersion, '45.4.1'],
  ['another than the pinned', '45.4.0', '45.4.1'],
  ['an old one, pinned', '25.1.1', '25.1.1'],
  ['a range', '45.4.1', '^45.4.1'],
])('16. %s is caught', (_name, version, pin) => {
  expect(() => requireReleaseVersion(version, pin)).toThrow(/Electron/);
});

it('a build for people has no defence left out, and one that has is told apart', async () => {
  const whole = /return !\[\]\.includes\(defence\)/;
  expect(await build()).toMatch(whole);
  expect(await build(['sandbox'])).not.toMatch(whole);
});

it('the bundle requires only Electron and Node.js', async () => {
  const required = [...(await build()).matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name ?? '');
  expect(required.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([]);
});

it('the runtime’s cache is the harness’s', () => {
  expect(runtimeCache()).toBe(join(cacheRoot(), 'electron'));
});
