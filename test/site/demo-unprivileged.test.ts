/** `npm run demo` where containers cannot run, as a user without rights. */
import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ensureRegistryProgram } from '../bundles/support/registry-program.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { cacheRoot } from './paths.ts';

const repository = join(import.meta.dirname, '../..');
const workDir = workDirs();
const amRoot = process.getuid?.() === 0;
const nobody = 65_534;
const longMs = 300_000;

/** The demo as a user without rights runs it, in a clone that this user can read: ours may lie in a home that is closed. */
async function demoAsNobody(...args: string[]) {
  const dir = await workDir();
  const cache = join(dir, 'cache');
  const program = await ensureRegistryProgram();
  const copy = join(cache, program.slice(cacheRoot().length));
  await mkdir(dirname(copy), { recursive: true });
  await cp(program, copy);
  await mkdir(join(dir, 'tmp'));
  for (const path of [dir, cache, join(dir, 'tmp')]) {
    await chmod(path, 0o755);
    await chown(path, amRoot ? nobody : (process.getuid?.() ?? 0), -1);
  }
  const clone = join(dir, 'clone');
  await mkdir(clone);
  const command = ['npm', 'run', '--silent', 'demo', '--', ...args];
  const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command];
  const inClone = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"', 'sh'];
  const argv = amRoot ? [...inClone, repository, clone, ...asNobody] : command;
  const home = { HOME: join(dir, 'home'), TMPDIR: join(dir, 'tmp'), AIRGAP_CACHE: cache };
  const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...home };
  const [file = '', ...rest] = argv;
  const options = { cwd: repository, env, extendEnv: false, reject: false, all: true, detached: true } as const;
  return { run: execa(file, rest, options), dir };
}

describe('the demo as a user without rights', () => {
  it(
    'says so first, shows bundle, signatures, readiness, registry and model, and names what it left out',
    async () => {
      const { run, dir } = await demoAsNobody();
      const { exitCode, stderr, stdout, all } = await run;
      const lines = stderr.split('\n');
      expect(lines[0]).toMatch(/^demo: containers cannot run here: this user is not root/);
      expect(stdout + all).toContain('Verified: signatures, structure and every byte.');
      expect(all).toContain('uid ');
      expect(all).toContain('the registry has all 9 images, each under the digest that was signed');
      expect(all).toMatch(/the model answered 1\d of 12 known questions rightly/);
      expect(lines.at(-2)).toMatch(/^demo: done here: a bundle created and signed; .*; the model asked$/);
      expect(lines.at(-1)).toMatch(/^demo: left out: the isolated site, the installation/);
      expect(exitCode).toBe(0);
      expect((await readdir(join(dir, 'tmp'))).filter((name) => name.startsWith('airgap-'))).toEqual([]);
    },
    longMs,
  );

  it(
    'speaks Russian from its first line, and leaves nothing after Ctrl-C',
    async () => {
      const { run, dir } = await demoAsNobody('--lang', 'ru');
      const first = await new Promise<string>((resolve) =>
        run.stderr.once('data', (chunk: Buffer) => resolve(String(chunk))),
      );
      expect(first).toMatch(/^demo: контейнеры здесь работать не могут: этот пользователь не root/);
      process.kill(-(run.pid ?? Number.NaN), 'SIGINT');
      expect((await run).exitCode).not.toBe(0);
      expect((await readdir(join(dir, 'tmp'))).filter((name) => name.startsWith('airgap-'))).toEqual([]);
    },
    longMs,
  );
});
