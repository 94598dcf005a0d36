import { describe, expect, test } from 'vitest';
import type { Hook } from '../../installer/contract/product.ts';
import type { ExecResult } from '../../installer/ports/containers.ts';
import { type RunHooksInput, runHooks } from '../../installer/stack/hooks-step.ts';
import { codegraph } from '../config/fixture.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { fakeRuntime } from '../smoke/fake-runtime.ts';
import { stepContext } from '../smoke/run-smoke.ts';

const never = { here: false, ever: false };
const here = { here: true, ever: true };
/** Proven, then uninstalled: the data may be other data. */
const before = { here: false, ever: true };

interface Api {
  /** As src.api.cli of the product: a user that exists is left as it is. */
  account: 'none' | 'first password' | 'other password';
  login: 'works' | 'fails' | 'refuses all';
  created: number;
}

async function administrator(): Promise<Hook> {
  const hook = (await codegraph()).hooks.find(({ id }) => id === 'create_admin');
  if (hook === undefined) throw new Error('the product has no such hook');
  return hook;
}

/** The product's own hook and words, against an API in the given state. */
async function input(state: Partial<Api>, proven: RunHooksInput['proven']) {
  const api: Api = { account: 'first password', login: 'works', created: 0, ...state };
  const hook = await administrator();
  const said = (stdout: string, exitCode = 0): ExecResult => ({ exitCode, stdout: `${stdout}\n`, stderr: '' });
  const look = () => {
    if (api.login === 'fails') return said('login refused: 500');
    return said(api.login === 'works' && api.account === 'first password' ? 'admin ok' : 'login refused: 401');
  };
  const run = () => {
    if (api.account !== 'none') return said('administrator admin exists already; nothing changed');
    api.account = 'first password';
    api.created += 1;
    return said('administrator admin created');
  };
  const runtime = fakeRuntime({
    onCommand: (_kind, _service, argv) => (argv.join() === hook.run.argv.join() ? run() : look()),
  });
  const files = { project: 'p', site: 'f'.repeat(32), dir: '/', composeFiles: [], envFile: '.env' };
  const step: RunHooksInput = { runtime, files, hooks: [hook], proven, redact: (text) => text };
  return { api, step };
}

async function whole(step: RunHooksInput) {
  const context = stepContext();
  const already = await runHooks.check(step, context);
  if (already !== undefined) return { outcome: 'unchanged', output: already, events: context.events };
  const output = await runHooks.run(step, context);
  await runHooks.verify(output, step, context);
  return { outcome: 'done', output, events: context.events };
}

describe('an administrator’s password that was changed on purpose', () => {
  test('is no fault on a repeated install: nothing is run, and it is said', async () => {
    const { api, step } = await input({ account: 'other password' }, here);
    const { outcome, output, events } = await whole(step);
    expect(outcome).toBe('unchanged');
    expect(output).toEqual({ done: [], changed: ['create_admin'] });
    expect(JSON.stringify(events)).toContain('changed since; left as it is');
    expect(api.created).toBe(0);
  });

  test('is no fault after an uninstall that kept the data: the command finds the user there', async () => {
    const { api, step } = await input({ account: 'other password' }, before);
    expect(await whole(step)).toMatchObject({ outcome: 'done', output: { changed: ['create_admin'] } });
    expect(api.created).toBe(0);
  });

  test('positive control: where the first password never worked, its refusal fails', async () => {
    const { step } = await input({ account: 'other password' }, never);
    expect(await errorOf(whole(step))).toMatchObject({ code: 'HOOK_FAILED', params: { stage: 'doneWhen' } });
  });
});

describe('what that must not hide', () => {
  test.each([never, here, before])('a login that fails, with %o', async (proven) => {
    const { step } = await input({ login: 'fails' }, proven);
    expect(await errorOf(whole(step))).toMatchObject({ code: 'HOOK_FAILED' });
  });

  test('new data after an uninstall: the administrator is made, not taken for one whose password was changed', async () => {
    const { api, step } = await input({ account: 'none' }, before);
    expect(await whole(step)).toMatchObject({ outcome: 'done', output: { done: ['create_admin'], changed: [] } });
    expect(api.created).toBe(1);
  });

  test('an administrator who was just made and cannot log in', async () => {
    const { step } = await input({ account: 'none', login: 'refuses all' }, before);
    expect(await errorOf(whole(step))).toMatchObject({ code: 'HOOK_FAILED', params: { stage: 'doneWhen' } });
  });

  test('a hook that does not let people change its work: the same answers fail', async () => {
    const { step } = await input({ account: 'other password' }, here);
    const strict = step.hooks.map(({ changedWhen: _, ...hook }) => hook);
    expect(await errorOf(whole({ ...step, hooks: strict }))).toMatchObject({ code: 'HOOK_FAILED' });
  });
});
