import { describe, expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import type { SmokeTest } from '../../installer/contract/product.ts';
import { type FakeStack, fakeRuntime } from './fake-runtime.ts';
import { password, runOne, title } from './run-smoke.ts';

const command: SmokeTest = {
  kind: 'command',
  id: 'migration_head',
  title,
  service: 'api',
  argv: ['python', '-m', 'alembic', 'current'],
  timeoutSeconds: 60,
  stdoutMatches: '\\(head\\)$',
};
const oneOff: SmokeTest = {
  kind: 'oneOff',
  id: 'parse',
  title,
  service: 'gocpg',
  argv: ['parse'],
  stdoutMatches: 'done',
};

const giving = (exitCode: number, stdout: string, stderr = '') => ({
  runtime: fakeRuntime({ onCommand: () => ({ exitCode, stdout, stderr }) }),
});

describe('command', () => {
  test('passes on exit code 0 and a matching line', async () => {
    const asked: Parameters<FakeStack['onCommand']>[] = [];
    const runtime = fakeRuntime({
      onCommand: (...call) => {
        asked.push(call);
        return { exitCode: 0, stdout: 'INFO context\n0002_roles_audit (head)\n', stderr: '' };
      },
    });
    const measured = 'exit code 0: INFO context 0002_roles_audit (head)';
    expect(await runOne(command, { runtime })).toMatchObject({ status: 'pass', measured });
    expect(asked).toEqual([['exec', 'api', ['python', '-m', 'alembic', 'current'], undefined]]);
  });

  test.each([
    ['another exit code, whatever it prints', giving(1, '0002 (head)')],
    ['no match', giving(0, '0001_users')],
    ['a match on stderr only', giving(0, '', '0002 (head)')],
  ])('fails on %s', async (_, more) => {
    expect(await runOne(command, more)).toMatchObject({
      status: 'fail',
      error: { code: 'SMOKE_COMMAND', params: { test: 'migration_head', service: 'api' } },
    });
  });

  test('shows the end of a long output, without secrets', async () => {
    const { measured } = await runOne(command, giving(1, 'x'.repeat(5000), `password ${password}`));
    expect(measured).toMatch(/^exit code 1: … password \*\*\*$/);
    expect(measured.length).toBeLessThan(250);
  });

  test('what the runtime trips over is the test’s failure, with the runtime’s error as the cause', async () => {
    const runtime = fakeRuntime({
      onCommand: () => Promise.reject(new InstallerError('TIMED_OUT', { params: { what: password, ms: 5 } })),
    });
    expect(await runOne(command, { runtime })).toMatchObject({
      status: 'fail',
      measured: 'TIMED_OUT',
      error: { code: 'SMOKE_COMMAND', cause: { code: 'TIMED_OUT' } },
    });
  });

  test('a cancel is a cancel, not a failed test', async () => {
    const controller = new AbortController();
    const runtime = fakeRuntime({
      onCommand: () => {
        controller.abort();
        throw new InstallerError('CANCELLED');
      },
    });
    await expect(runOne(command, { runtime }, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('oneOff', () => {
  test('runs in a container of its own', async () => {
    const kinds: string[] = [];
    const runtime = fakeRuntime({
      onCommand: (kind, service) => {
        kinds.push(`${kind} ${service}`);
        return { exitCode: 0, stdout: 'done', stderr: '' };
      },
    });
    expect(await runOne(oneOff, { runtime })).toMatchObject({ status: 'pass' });
    expect(kinds).toEqual(['oneOff gocpg']);
  });

  test('fails with its own code', async () => {
    expect(await runOne(oneOff, giving(2, 'done'))).toMatchObject({
      status: 'fail',
      error: { code: 'SMOKE_COMMAND', params: { test: 'parse', service: 'gocpg' } },
    });
  });
});
