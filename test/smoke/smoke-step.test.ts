import { describe, expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import type { SmokeResult } from '../../installer/contract/smoke.ts';
import { smokeResult } from '../../installer/contract/smoke.ts';
import { smokeStack } from '../../installer/smoke/smoke-step.ts';
import { apiDigest, container, fakeRuntime, registry } from './fake-runtime.ts';
import { answering, serve } from './local-server.ts';
import { smokeInput, stepContext, title } from './run-smoke.ts';

const extra = (id: string, status: 'pass' | 'fail'): SmokeResult => ({
  id,
  status,
  title,
  expected: '12 of 12',
  measured: status === 'pass' ? '12 of 12' : '2 of 12',
  ms: 1,
  params: {},
  error: status === 'pass' ? null : { code: 'SMOKE_LLM_ANSWERS', params: { where: 'host' } },
});

test('runs built-in tests, the product’s and the extra ones in this order, and emits each result', async () => {
  const { url } = await serve(answering(200));
  const context = stepContext();
  const input = smokeInput({
    tests: [{ kind: 'http', id: 'api_health', title, url, status: 200 }],
    extra: [async () => extra('llm_host', 'pass')],
  });
  const output = await smokeStack.run(input, context);
  await smokeStack.verify(output, input, context);
  const ids = ['health', 'imageOrigin', 'api_health', 'llm_host'];
  expect(output.results.map(({ id, status }) => `${id} ${status}`)).toEqual(ids.map((id) => `${id} pass`));
  expect(context.events).toEqual(output.results.map((result) => ({ kind: 'smoke', result })));
  for (const result of output.results) expect(smokeResult.parse(result)).toEqual(result);
});

test('records interfaces and routes', async () => {
  const { isolation } = await smokeStack.run(smokeInput(), stepContext());
  expect(isolation?.interfaces.find(({ name }) => name === 'lo')?.addresses).toContain('127.0.0.1/8');
});

test('runs all tests, then fails with the first one’s own error', async () => {
  const { url } = await serve(answering(500));
  const context = stepContext();
  const input = smokeInput({
    tests: [{ kind: 'http', id: 'api_health', title, url, status: 200 }],
    extra: [async () => extra('llm_host', 'fail'), async () => extra('llm_served', 'pass')],
  });
  await expect(smokeStack.run(input, context)).rejects.toMatchObject({
    code: 'SMOKE_HTTP',
    params: { test: 'api_health', url },
    expected: 'HTTP 200',
  });
  expect(context.events).toHaveLength(5);
});

test('an extra test’s error is its own, and one that throws keeps no other from running', async () => {
  const context = stepContext();
  const failing = smokeInput({ extra: [async () => extra('llm_host', 'fail')] });
  await expect(smokeStack.run(failing, context)).rejects.toMatchObject({ code: 'SMOKE_LLM_ANSWERS' });
  const throwing = smokeInput({
    extra: [() => Promise.reject(new InstallerError('SMOKE_LLM_LOAD')), async () => extra('llm_served', 'pass')],
  });
  const second = stepContext();
  await expect(smokeStack.run(throwing, second)).rejects.toMatchObject({ code: 'SMOKE_LLM_LOAD' });
  expect(second.events.map((event) => event.kind === 'smoke' && event.result.id)).toContain('llm_served');
});

test('always runs, unless the engine says that nothing changed', async () => {
  expect(await smokeStack.check(smokeInput(), stepContext())).toBeUndefined();
  const unchanged = { results: [extra('llm_host', 'pass')], isolation: null };
  expect(await smokeStack.check(smokeInput({ unchanged }), stepContext())).toBe(unchanged);
});

test('stops at once when it is cancelled', async () => {
  const controller = new AbortController();
  let later = false;
  const input = smokeInput({
    extra: [
      async () => {
        controller.abort();
        return extra('llm_host', 'pass');
      },
      async () => {
        later = true;
        return extra('llm_served', 'pass');
      },
    ],
  });
  await expect(smokeStack.run(input, stepContext(controller.signal))).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(later).toBe(false);
});

describe('every service is healthy', () => {
  const withStack = (services: string[], containers: ReturnType<typeof container>[]) =>
    smokeStack.run(smokeInput({ runtime: fakeRuntime({ services, containers }) }), stepContext());

  test('running is enough where there is no health check; what no one asked for is not looked at', async () => {
    const idle = container('gocpg', { state: 'running', hasHealthcheck: false });
    const once = container('tool', { state: 'exited' });
    await expect(withStack(['api', 'gocpg'], [container('api'), idle, once])).resolves.toBeDefined();
  });

  test.each([
    ['unhealthy', [container('api', { state: 'unhealthy' })], 'unhealthy'],
    ['still starting', [container('api', { state: 'starting' })], 'starting'],
    ['running, though it has a health check', [container('api', { state: 'running' })], 'running'],
    ['ended', [container('api', { state: 'exited', hasHealthcheck: false })], 'exited'],
    ['not there', [container('other')], 'missing'],
    ['one of two is ill', [container('api'), container('api', { state: 'unhealthy' })], 'unhealthy'],
  ])('fails when a service is %s', async (_, containers, state) => {
    await expect(withStack(['api'], containers)).rejects.toMatchObject({
      code: 'SMOKE_HEALTH',
      params: { service: 'api', state },
    });
  });

  test('fails when there is no service at all', async () => {
    await expect(withStack([], [container('api')])).rejects.toMatchObject({ code: 'SMOKE_HEALTH' });
  });
});

describe('every container runs a signed image from the local store', () => {
  const withImage = (imageRef: string) =>
    smokeStack.run(
      smokeInput({ runtime: fakeRuntime({ containers: [container('api', { imageRef })] }) }),
      stepContext(),
    );

  test.each([
    ['a tag', `${registry}/codegraph:latest`],
    ['another digest', `${registry}/codegraph@sha256:${'b'.repeat(64)}`],
    ['another name', `${registry}/other@${apiDigest}`],
    ['another registry', `docker.io/codegraph@${apiDigest}`],
    ['another port', `127.0.0.1:50000/codegraph@${apiDigest}`],
    ['the vendor’s reference', 'codegraph:latest'],
    ['an image id', apiDigest],
    ['nothing', ''],
  ])('fails on %s', async (_, imageRef) => {
    await expect(withImage(imageRef)).rejects.toMatchObject({
      code: 'SMOKE_IMAGE_ORIGIN',
      params: { service: 'api', image: imageRef },
    });
  });

  test('the right one passes', async () => {
    await expect(withImage(`${registry}/codegraph@${apiDigest}`)).resolves.toBeDefined();
  });
});
