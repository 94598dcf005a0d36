// needs: root
/** What `airgap install` says and asks before anything is begun, and how its failed checks are named. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCategories, exitCodes } from '../../installer/contract/errors.ts';
import { type Answer, answering, terminalArgv } from '../fixtures/at-terminal.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'installer/faces/cli/main.ts');
const both = (text: string) => ({ en: text, ru: text });
const much = { cpuCores: 5000, ramBytes: 0, diskBytes: 0, vramBytes: 0 };
const product = {
  inputs: [{ id: 'web_port', label: both('Port'), help: both('h'), type: 'port', default: 18_080 }],
  ports: [{ input: 'web_port', service: 'web', protocol: 'tcp' }],
  requires: { engine: '24', compose: '2', tiers: { minimum: much, recommended: much, production: much } },
};

let dir: string;
let bundle: TinyBundle;
let digests: { root: string; manifest: string };
beforeAll(async () => {
  dir = await workDir();
  bundle = await makeTinyBundle(dir, { product });
  const { stdout } = await airgap('bundle', 'inspect', bundle.dir);
  const { stdout: sum } = await execa('sha256sum', [bundle.rootFile]);
  digests = { root: `sha256:${sum.slice(0, 64)}`, manifest: JSON.parse(stdout).manifestDigest };
});

const env = { DOCKER_HOST: 'unix:///run/airgap-no-engine.sock', NO_COLOR: '1' };
const words = (args: readonly string[]) => [main, '--data-dir', join(dir, 'data'), '--lang', 'en', ...args];
const airgap = (...args: string[]) =>
  execa(process.execPath, words(['--json', ...args]), { env, reject: false, stdin: 'ignore' });
const install = (...args: string[]) => airgap('install', '--bundle', bundle.dir, '--root', bundle.rootFile, ...args);
const stickRoot = () => ['--root', join(bundle.dir, 'root.json')];
const codeOf = ({ stdout }: { stdout: string }) => {
  const documents = stdout.split('\n').filter((line) => line !== '');
  const last = JSON.parse(documents.at(-1) ?? '{}');
  return (last.error ?? last.body?.error)?.code ?? 'none';
};
const startedNothing = () => expect(access(join(dir, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });

/** The same at a terminal. */
async function atTerminal(args: readonly string[], answers: readonly Answer[] = []) {
  const [command, ...rest] = terminalArgv([process.execPath, ...words(args)]) as [string, ...string[]];
  const { screen, exitCode, waiting } = await answering(execa(command, rest, { env, reject: false }), answers);
  expect(waiting, screen).toEqual([]);
  return { text: screen, exitCode };
}

describe('install without a terminal', () => {
  it('says that there is nobody to ask, and names what a script gives', async () => {
    const run = await install();
    expect([run.exitCode, codeOf(run)]).toEqual([2, 'NO_TERMINAL']);
    expect(run.stderr).toContain('--yes --expect-root');
    expect(run.stderr).not.toContain('is not right');
    await startedNothing();
  });

  it('a stick’s own root.json is not believed by itself', async () => {
    const run = await install(...stickRoot(), '--yes');
    expect([run.exitCode, codeOf(run)]).toEqual([5, 'ROOT_NOT_COMPARED']);
    expect(run.stderr).toContain(digests.root);
    await startedNothing();
    // positive control: with the digest of the vendor's document it goes on to the machine's readiness
    expect(codeOf(await install(...stickRoot(), '--yes', '--expect-root', digests.root))).not.toMatch(/ROOT/);
  });

  it.each([
    ['--expect-root', 'CONFIRMED_ROOT'],
    ['--expect-bundle', 'CONFIRMED_BUNDLE'],
  ])('%s of something else is refused', async (option, code) => {
    const run = await install('--yes', option, `sha256:${'0'.repeat(64)}`);
    expect([run.exitCode, codeOf(run)]).toEqual([5, code]);
  });

  it('digests as they are written down: spaces and capitals are forgiven, a malformed one is a usage error', async () => {
    const written = digests.root
      .toUpperCase()
      .replace('SHA256:', '')
      .replace(/(.{8})/g, '$1 ');
    expect(codeOf(await install('--yes', '--expect-root', written))).not.toMatch(/CONFIRMED|USAGE/);
    for (const option of ['--expect-root', '--expect-bundle']) {
      for (const value of ['sha256:0000', `${digests.root}0`]) {
        const run = await install('--yes', option, value);
        expect([run.exitCode, run.stdout], value).toEqual([2, '']);
        expect(run.stderr).toContain('64 hexadecimal digits');
      }
    }
  });

  it('`report verify --head` with a mistyped hash is a usage error, not a changed report', async () => {
    const run = await airgap('report', 'verify', bundle.rootFile, '--head', 'sha256:0000');
    expect([run.exitCode, run.stdout]).toEqual([2, '']);
    // positive control: a well-formed one is compared
    const whole = await airgap('report', 'verify', bundle.rootFile, '--head', `sha256:${'0'.repeat(64)}`);
    expect(whole.exitCode).toBe(1);
  });

  it('shows on 80 columns what is installed, by whose keys, on which ports', async () => {
    const { stderr } = await install('--yes');
    for (const part of [
      'Tiny 1.0, release 1',
      digests.root,
      digests.manifest,
      bundle.rootFile,
      'It did not come with the bundle.',
      '127.0.0.1: 18080 (web)',
      'Images: 3',
    ]) {
      expect(stderr).toContain(part);
    }
    expect(stderr.match(/SHA256:\S{43}/g)?.length).toBe(3);
    const shown = stderr.slice(0, stderr.indexOf('cannot be taken back'));
    const long = shown.split('\n').filter((each) => [...each].length > 80 && !each.includes(bundle.rootFile));
    expect(long).toEqual([]);
  });

  it('a failed install names its failed checks by the codes that --override takes', async () => {
    const { stderr, exitCode } = await install('--yes');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[CPU_CORES]');
    expect(stderr).toContain('--override CPU_CORES=');
    expect(stderr).toContain('[ENGINE_REACHABLE]');
    expect(stderr).not.toContain('--override ENGINE_REACHABLE');
  });
});

describe('install at a terminal', () => {
  it('looks at the machine first, and names failed checks by their codes', async () => {
    const args = ['install', '--bundle', bundle.dir, '--root', bundle.rootFile];
    const { text, exitCode } = await atTerminal(args);
    expect(exitCode, text).toBe(3);
    expect(text).toContain('[CPU_CORES]');
    expect(text).toContain('PREFLIGHT_FAILED');
  });
});

describe('root replace at a terminal', () => {
  it('asks with both documents on the screen; no changes nothing', async () => {
    const args = ['root', 'replace', '--root', bundle.rootFile, '--expect-root', digests.root];
    const { text, exitCode } = await atTerminal(args, [['[y/N]', 'n']]);
    expect(exitCode, text).toBe(6);
    expect(text).toContain('Nothing was changed.');
    expect(text).not.toContain('already done is kept');
    expect(text).toContain(digests.root);
    expect(text.match(/SHA256:\S{43}/g)?.length).toBe(2);
    const { stdout } = await airgap('root');
    expect(JSON.parse(stdout)).toBeNull();
  });

  it('yes makes it the site’s root; without a terminal it says what it needs', async () => {
    const args = ['root', 'replace', '--root', bundle.rootFile, '--expect-root', digests.root];
    expect(codeOf(await airgap(...args))).toBe('NO_TERMINAL');
    expect((await atTerminal(args, [['[y/N]', 'y']])).exitCode).toBe(0);
    const { stdout } = await airgap('root');
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, digest: digests.root });
  });
});

describe('exit codes', () => {
  /** Categories that some error has, and what a command without an error ends with. */
  const producible = () => {
    const categories = new Set<string>([...Object.values(errorCategories), 'done', 'warnings']);
    return Object.entries(exitCodes).flatMap(([name, code]) => (categories.has(name) ? [code] : []));
  };
  const documented = (text: string) => [...text.matchAll(/(?:^|[,·])\s*(\d)\s+[a-z]/g)].map(([, code]) => Number(code));

  it('those that are documented are those that something ends with', async () => {
    const { stdout } = await airgap('--help');
    const help = /Exit codes: (.*)/.exec(stdout)?.[1] ?? '';
    const readme = /### Exit codes\n+(.*)/.exec(await readFile(join(repository, 'README.md'), 'utf8'))?.[1] ?? '';
    expect(documented(help)).toEqual(producible());
    expect(documented(readme)).toEqual(producible());
    // positive control: one more, or one less, is noticed
    expect(documented(`${help}, 7 rolled back`)).not.toEqual(producible());
  });
});
