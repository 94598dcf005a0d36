import { expect, test } from 'vitest';
import type { SmokeTest } from '../../installer/contract/product.ts';
import { answering, serve } from './local-server.ts';
import { runOne, title } from './run-smoke.ts';

const target = (url: string): SmokeTest => ({
  kind: 'prometheusTarget',
  id: 'scrape',
  title,
  url,
  job: 'codegraph-api',
});
const activeTargets = (...healths: string[]) => [
  { labels: { job: 'prometheus' }, health: 'up' },
  ...healths.map((health) => ({
    labels: { job: 'codegraph-api' },
    health,
    lastError: health === 'up' ? '' : 'refused',
  })),
];
const answer = (...healths: string[]) =>
  JSON.stringify({ status: 'success', data: { activeTargets: activeTargets(...healths) } });

test('passes when all targets of the job are up', async () => {
  const { url, requests } = await serve(answering(200, answer('up', 'up')));
  expect(await runOne(target(`${url}/`))).toMatchObject({ status: 'pass', measured: 'codegraph-api: up (2)' });
  expect(requests[0]?.path).toBe('/api/v1/targets?state=active');
});

test('waits for the first scrape', async () => {
  const { url, requests } = await serve((_, response) => response.end(answer(requests.length < 3 ? 'unknown' : 'up')));
  expect(await runOne(target(url), { limits: { targetMs: 30_000, pollMs: 5 } })).toMatchObject({ status: 'pass' });
  expect(requests).toHaveLength(3);
});

test.each([
  ['one of two is down', answer('up', 'down'), 'codegraph-api: down refused'],
  ['the job has no target', answer(), 'codegraph-api: no target'],
  ['it is not Prometheus', '{"status":"ok"}', 'not an answer of Prometheus'],
  ['it is not JSON', '<html>', 'not an answer of Prometheus'],
])('fails after the time limit: %s', async (_, body, measured) => {
  const { url, requests } = await serve(answering(200, body));
  expect(await runOne(target(url))).toMatchObject({
    status: 'fail',
    measured,
    error: { code: 'SMOKE_TARGET_DOWN', params: { job: 'codegraph-api' } },
  });
  expect(requests.length).toBeGreaterThan(1);
});

test('fails on an error status', async () => {
  const { url } = await serve(answering(503, answer('up')));
  expect(await runOne(target(url))).toMatchObject({ status: 'fail', measured: 'HTTP 503' });
});

test('is cancelled while it waits for the next look', async () => {
  const controller = new AbortController();
  const { url } = await serve((_, response) => {
    response.end(answer('unknown'));
    response.on('close', () => setTimeout(() => controller.abort(), 20));
  });
  const limits = { targetMs: 600_000, pollMs: 300_000 };
  await expect(runOne(target(url), { limits }, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});
