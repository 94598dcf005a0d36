import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { composeArguments } from '../../../installer/adapters/compose/compose-command.ts';
import { createComposeRuntime } from '../../../installer/adapters/compose/compose-runtime.ts';
import { cleanEnvironment, docker } from '../../../installer/adapters/compose/docker-command.ts';
import { serviceState } from '../../../installer/adapters/compose/service-state.ts';
import { toWire } from '../../../installer/base/errors.ts';
import { errorOf } from '../../fixtures/error-code.ts';

const files = { project: 'p', site: 's', dir: '/r', composeFiles: ['/r/a.yaml', '/r/b.yaml'], envFile: '/r/.env' };
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-'));
});

afterEach(() => vi.unstubAllEnvs());

afterAll(() => rm(dir, { recursive: true, force: true }));

/** A program named docker, for what concerns the process and not the engine. */
async function command(script: string): Promise<{ PATH: string }> {
  const file = join(dir, 'docker');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return { PATH: `${dir}:${process.env.PATH}` };
}

describe('what reaches docker', () => {
  test('four variables only, and of these HOME and the configuration are not the officer’s', async () => {
    const stray = { COMPOSE_FILE: 'x', POSTGRES_PASSWORD: 'y', DOCKER_HOST: 'unix:///s', HOME: '/h', DOCKER_TLS: '1' };
    expect(cleanEnvironment({ ...stray, PATH: '/bin' }, '/n')).toEqual({
      PATH: '/bin',
      HOME: '/n',
      DOCKER_CONFIG: '/n',
      DOCKER_HOST: 'unix:///s',
    });
    vi.stubEnv('COMPOSE_PROFILES', 'of the installer’s own environment');
    const env = { ...(await command('env')), ...stray };
    const { stdout } = await docker([], { env });
    expect(stdout).not.toMatch(/COMPOSE|POSTGRES_PASSWORD/);
    expect(stdout).toContain('DOCKER_HOST=unix:///s');
  });

  test('every command says which stack it means', () => {
    expect(composeArguments(files, ['up'], ['*']).join(' ')).toBe(
      'compose --ansi never --progress quiet --project-name p --project-directory /r --env-file /r/.env ' +
        '--file /r/a.yaml --file /r/b.yaml --profile * up',
    );
  });
});

describe('a one-off container', () => {
  test('is started without profiles, which Compose before 2.26 does not find the service with; others name all', async () => {
    const runtime = createComposeRuntime({ env: await command('echo "$@"') });
    const { stdout } = await runtime.runOneOff(files, 'tool', ['parse', '--all'], { timeoutMs: 5000 });
    expect(stdout).toContain('run --rm --no-TTY --quiet-pull tool parse --all');
    expect(stdout).not.toContain('--profile');
    expect(await runtime.logs(files, 'tool', 5)).toContain('--profile *');
  });
});

describe('how a command ends', () => {
  test('any exit code resolves, with bounded output', async () => {
    const env = await command('cat; echo err >&2; exit 9');
    expect(await docker(['x'], { env, stdin: 'in' })).toEqual({ exitCode: 9, stdout: 'in', stderr: 'err\n' });
  });

  test('at the time limit and on cancel it is ended, and says which', async () => {
    const env = await command('exec sleep 60');
    expect((await errorOf(docker(['x'], { env, timeoutMs: 100 }))).code).toBe('TIMED_OUT');
    expect((await errorOf(docker(['x'], { env, signal: AbortSignal.timeout(100) }))).code).toBe('CANCELLED');
    expect((await errorOf(docker(['x'], { env, signal: AbortSignal.abort() }))).code).toBe('CANCELLED');
  });

  test('no docker command: no version, and COMPOSE_MISSING for the rest', async () => {
    const runtime = createComposeRuntime({ env: { PATH: '/nonexistent' } });
    expect(await runtime.version()).toBeUndefined();
    expect((await errorOf(runtime.up(files))).code).toBe('COMPOSE_MISSING');
  });

  test('a docker that may not be executed is told apart from none, and which file it is', async () => {
    await command('echo 2.26.1');
    const file = join(dir, 'docker');
    await chmod(file, 0o644);
    const env = { PATH: dir };
    const expected = { code: 'COMPOSE_MISSING', params: { reason: 'unexecutable' }, found: `docker: EACCES (${file})` };
    expect(await errorOf(docker(['x'], { env }))).toMatchObject(expected);
    expect(await errorOf(createComposeRuntime({ env }).version())).toMatchObject(expected);
    // The positive control: the same file, once it may be.
    await chmod(file, 0o755);
    expect(await createComposeRuntime({ env }).version()).toBe('2.26.1');
  });

  test('the folder that the installer was started in plays no part: it may be closed to it, or gone', async () => {
    const gone = await mkdtemp(join(tmpdir(), 'airgap-gone-'));
    const script = [
      `import { rmdirSync } from 'node:fs';`,
      `import { execa } from 'execa';`,
      `import { createComposeRuntime } from './installer/adapters/compose/compose-runtime.ts';`,
      `import { runBounded } from './installer/adapters/hardware/bounded-command.ts';`,
      `process.chdir(process.argv[1]); rmdirSync(process.argv[1]);`,
      `const version = await createComposeRuntime().version();`,
      `const bounded = await runBounded('/bin/true', [], { timeoutMs: 9000 });`,
      `const careless = await execa('/bin/true', { reject: false, cwd: process.argv[1] });`,
      `console.log(JSON.stringify([version, bounded.state, careless.exitCode ?? 'not started']));`,
    ].join('\n');
    const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script, gone], {
      env: await command('echo 2.26.1'),
      cwd: join(import.meta.dirname, '../../..'),
    });
    // The last is the positive control.
    expect(JSON.parse(stdout)).toEqual(['2.26.1', 'exited', 'not started']);
  });

  test('docker without Compose has no version', async () => {
    const runtime = createComposeRuntime({ env: await command('exit 1') });
    expect(await runtime.version()).toBeUndefined();
  });

  test('what `config` prints never gets into an error: neither when it fails nor when it is no JSON', async () => {
    const failing = createComposeRuntime({ env: await command('echo PASSWORD=hunter2; echo wrong file >&2; exit 15') });
    const failed = await errorOf(failing.images(files));
    expect(failed).toMatchObject({ code: 'STACK_UP', params: { command: 'config', exitCode: 15 } });
    expect(JSON.stringify(toWire(failed))).toContain('wrong file');
    expect(JSON.stringify(toWire(failed))).not.toContain('hunter2');
    const garbled = createComposeRuntime({ env: await command('echo "{\\"services\\": hunter2"') });
    const unreadable = await errorOf(garbled.images(files));
    expect(unreadable.code).toBe('STACK_UP');
    expect(JSON.stringify(toWire(unreadable))).not.toContain('hunter2');
  });
});

describe('a container’s state in one word', () => {
  const state = { Status: 'running', ExitCode: 0, OOMKilled: false, Error: '' };
  const health = (Status: string, Output = '') => ({ ...state, Health: { Status, Log: [{ ExitCode: 1, Output }] } });

  test.each([
    ['created', { ...state, Status: 'created' }, 'creating', ''],
    ['running', state, 'running', ''],
    ['running, health off', health('none'), 'running', ''],
    ['starting', health('starting', 'not yet\n'), 'starting', 'not yet'],
    ['healthy', health('healthy'), 'healthy', ''],
    ['unhealthy', health('unhealthy', 'refused'), 'unhealthy', 'refused'],
    ['between two starts', { ...state, Status: 'restarting', ExitCode: 2 }, 'exited', 'restarted 3 times'],
    ['killed', { ...state, Status: 'exited', OOMKilled: true }, 'exited', 'out of memory, restarted 3 times'],
    ['going', { ...state, Status: 'removing' }, 'removed', 'removing'],
    ['paused', { ...state, Status: 'paused' }, 'starting', 'paused'],
  ])('%s', (_, found, expected, detail) => {
    expect(serviceState({ state: found, restarts: 3 })).toMatchObject({ state: expected, detail });
  });
});
