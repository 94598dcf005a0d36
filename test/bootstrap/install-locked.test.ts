/**
 * The README's commands in a fresh clone: nothing is installed by hand before. A small repository of the same shape stands for ours, its
 * packages lie beside it; npm, the machine's Node and the two files under test are real.
 */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workDirs } from '../fixtures/work-dir.ts';
import { machineNode, machinePath } from './machine-node.ts';

const repository = join(import.meta.dirname, '../..');
const workDir = workDirs();
const missing = /has no packages yet/;

let node: string;
let clone: string;
/** A clone that was just made, one whose packages are installed, one with another lock file: copied for each test. */
let fresh: string;
let installed: string;
let moved: string;

/** As npm runs a script of package.json: `node` is the machine's own unless node_modules has one. */
const run = (...args: string[]) =>
  execa('sh', ['run.sh', 'program.js', ...args], {
    cwd: clone,
    env: {
      PATH: `${join(clone, 'node_modules/.bin')}:${dirname(node)}:${machinePath()}`,
      HOME: process.env.HOME,
      LANG: 'C.UTF-8',
    },
    extendEnv: false,
    reject: false,
  });

const json = (path: string, value: unknown) => writeFile(join(clone, path), JSON.stringify(value));
const npm = (...args: string[]) => execa('npm', args, { cwd: clone, env: { PATH: machinePath() }, all: true });

async function packPackage(name: string, version: string, files: Record<string, string>, more: object = {}) {
  const dir = join(clone, 'sources', `${name}-${version}`);
  await mkdir(dir, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await writeFile(join(dir, path), text);
    await chmod(join(dir, path), 0o755);
  }
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name, version, ...more }));
  await npm('pack', dir, '--pack-destination', clone);
}

async function lock(version: string): Promise<void> {
  const dependencies = { tiny: `file:tiny-${version}.tgz`, 'locked-node': 'file:locked-node-1.0.0.tgz' };
  await json('package.json', { name: 'clone', version: '1.0.0', private: true, dependencies });
  await npm('install', '--package-lock-only', '--ignore-scripts');
}

const copyOf = async (dir: string): Promise<string> => {
  const copy = await workDir();
  await cp(dir, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
};

/** Lies in an installed package until that is installed again. */
const marker = () => join(clone, 'node_modules/tiny/marker');
const installedAgain = async () => (await readFile(marker(), 'utf8').catch(() => undefined)) === undefined;

beforeAll(async () => {
  node = (await machineNode()).node;
  fresh = await mkdtemp(join(tmpdir(), 'airgap-clone-'));
  clone = fresh;
  for (const file of ['install-locked.mjs', 'run.sh', '.npmrc']) await cp(join(repository, file), join(clone, file));
  await writeFile(
    join(clone, 'program.js'),
    'console.log([process.env.LOCKED_NODE, ...process.argv.slice(2)].join(" "))',
  );
  // Warns on every Node there is.
  await packPackage('tiny', '1.0.0', { 'index.js': '' }, { engines: { node: '>=99' } });
  await packPackage('tiny', '2.0.0', { 'index.js': '' });
  const script = `#!/bin/sh\nLOCKED_NODE=locked exec ${process.execPath} "$@"\n`;
  await packPackage('locked-node', '1.0.0', { 'node.sh': script }, { bin: { node: 'node.sh' } });
  await lock('1.0.0');
  [installed, moved] = [await mkdtemp(`${fresh}-installed-`), await mkdtemp(`${fresh}-moved-`)];
  await cp(fresh, moved, { recursive: true });
  clone = moved;
  await lock('2.0.0');
  await cp(fresh, installed, { recursive: true });
  clone = installed;
  await run();
}, 300_000);

afterAll(async () => {
  for (const dir of [fresh, installed, moved]) await rm(dir, { recursive: true, force: true });
});

describe('a command in a fresh clone', () => {
  beforeEach(async () => {
    clone = await copyOf(fresh);
  });

  it('is understood by this machine’s own Node, installs what is locked and goes on under the locked Node', async () => {
    const { stdout: version } = await execa(node, ['--version']);
    expect(Number(/^v(\d+)/.exec(version)?.[1])).toBeGreaterThanOrEqual(20);
    const first = await run('--json', 'two words');
    expect(first).toMatchObject({ exitCode: 0, stdout: 'locked --json two words' });
    expect(first.stderr).toMatch(missing);
    await writeFile(marker(), '');
    expect(await run()).toMatchObject({ exitCode: 0, stdout: 'locked', stderr: '' });
    expect(await installedAgain()).toBe(false);
  });

  it('lets no warning of an unsupported engine reach a newcomer; positive control: npm ci alone warns', async () => {
    expect((await npm('ci')).all).toContain('EBADENGINE');
    await rm(join(clone, 'node_modules'), { recursive: true });
    const { stdout, stderr } = await run();
    expect(stdout + stderr).not.toMatch(/EBADENGINE|warn/i);
    expect(stderr.split('\n')).toHaveLength(1);
  });

  it('two at once install once', async () => {
    const both = await Promise.all([run('a'), run('b')]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['locked a', 'locked b']);
    expect(both.filter(({ stderr }) => missing.test(stderr))).toHaveLength(1);
  });

  it('says in the command’s own language why nothing was started', async () => {
    const lockFile = join(clone, 'package-lock.json');
    const text = await readFile(lockFile, 'utf8');
    await writeFile(lockFile, text.replaceAll(/"sha512-[^"]{6}/g, '"sha512-AAAAAA'));
    const english = await run();
    expect(english).toMatchObject({ exitCode: 1, stdout: '' });
    expect(english.stderr).toMatch(/npm ci ended with [^\n]+Nothing was started\.$/);
    expect((await run('--lang', 'ru')).stderr).toMatch(/Ничего не запущено\.$/);
    expect((await run('--lang=ru')).stderr).toMatch(/Ничего не запущено\.$/);
  });
});

describe('node_modules that is there already', () => {
  beforeEach(async () => {
    clone = await copyOf(installed);
    await writeFile(marker(), '');
  });

  it('positive control: of this lock file and whole, it is left alone', async () => {
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await installedAgain()).toBe(false);
  });

  it('of another lock file is replaced', async () => {
    for (const file of ['package.json', 'package-lock.json']) await cp(join(moved, file), join(clone, file));
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('are not those') });
    expect(await installedAgain()).toBe(true);
    const { version } = JSON.parse(await readFile(join(clone, 'node_modules/tiny/package.json'), 'utf8'));
    expect(version).toBe('2.0.0');
  });

  it.each([
    ['an installation that was cut off, whose record npm had not written yet', '.package-lock.json'],
    ['a removal that was cut off, whose record is still there', 'tiny/package.json'],
    ['a clone without its Node', '.bin/node'],
  ])('%s is made whole', async (_, gone) => {
    await rm(join(clone, 'node_modules', gone));
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'locked' });
    expect(stderr).toContain('was cut off');
    expect(await installedAgain()).toBe(true);
  });
});

it('this repository’s own packages are taken for what they are: nothing is installed again', async () => {
  const { exitCode, stdout, stderr } = await execa(node, ['install-locked.mjs'], { cwd: repository, reject: false });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});
