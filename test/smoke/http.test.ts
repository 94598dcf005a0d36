import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SmokeTest } from '../../installer/contract/product.ts';
import { answering, serve } from './local-server.ts';
import { password, runOne, title } from './run-smoke.ts';

const http = (url: string, more: Partial<Extract<SmokeTest, { kind: 'http' }>> = {}): SmokeTest => ({
  kind: 'http',
  id: 'api_health',
  title,
  url,
  status: 200,
  ...more,
});

describe('http', () => {
  test('passes on the status, and says what was measured', async () => {
    const { url, requests } = await serve(answering(200, '{"database": "ok"}'));
    const result = await runOne(http(`${url}/api/health?full=1`));
    expect(result).toMatchObject({ status: 'pass', expected: 'HTTP 200', measured: 'HTTP 200', error: null, title });
    expect(requests).toEqual([{ method: 'GET', path: '/api/health?full=1', body: '' }]);
  });

  test('passes when a line of the body matches, fails when none does', async () => {
    const { url } = await serve(answering(200, 'first\n"database":  "ok"\n'));
    expect(await runOne(http(url, { bodyMatches: '^"database":\\s*"ok"$' }))).toMatchObject({ status: 'pass' });
    expect(await runOne(http(url, { bodyMatches: 'degraded' }))).toMatchObject({
      status: 'fail',
      measured: 'HTTP 200: first "database": "ok"',
      error: { code: 'SMOKE_HTTP', params: { test: 'api_health', url } },
    });
  });

  test.each([204, 404, 500, 503])('fails on status %i', async (status) => {
    const { url } = await serve(answering(status));
    const result = await runOne(http(url));
    expect(result).toMatchObject({ status: 'fail', error: { code: 'SMOKE_HTTP', expected: 'HTTP 200' } });
    expect(result.measured).toContain(`HTTP ${status}`);
  });

  test('follows no redirect: what another place says is not the answer', async () => {
    const elsewhere = await serve(answering(200));
    const { url } = await serve(answering(302, '', { location: elsewhere.url }));
    expect(await runOne(http(url))).toMatchObject({ status: 'fail', measured: 'HTTP 302, empty body' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('reads no more than the limit of a body that never ends', async () => {
    const { url } = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const measured = 'a body of more than 262144 bytes';
    expect(await runOne(http(url, { bodyMatches: 'ok' }))).toMatchObject({ status: 'fail', measured });
  });

  test('gives up on a server that never answers, and on one that stops half-way', async () => {
    const silent = await serve(() => undefined);
    const halfway = await serve((_, response) => void response.writeHead(200, { 'content-length': 10 }).write('half'));
    const limits = { requestMs: 100 };
    for (const { url } of [silent, halfway]) {
      const result = await runOne(http(url), { limits });
      expect(result).toMatchObject({ status: 'fail', measured: 'no answer within 100 ms' });
    }
  });

  test('fails when nobody listens', async () => {
    const { url } = await closedPort();
    expect(await runOne(http(url))).toMatchObject({ status: 'fail', measured: 'ECONNREFUSED' });
  });

  test('fails on an answer that is not HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const result = await runOne(http(`http://127.0.0.1:${port}/`));
    server.close();
    expect(result).toMatchObject({ status: 'fail', error: { code: 'SMOKE_HTTP' } });
  });

  test('is cancelled at once while a server hangs', async () => {
    const controller = new AbortController();
    const { url } = await serve(() => controller.abort());
    await expect(runOne(http(url), {}, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('takes secrets out of what a server said', async () => {
    const { url } = await serve(answering(500, `connect to postgres with ${password} failed`));
    const result = await runOne(http(url));
    expect(JSON.stringify(result)).not.toContain(password);
    expect(result.measured).toContain('***');
  });

  test('a pattern that is no regular expression is the product’s mistake', async () => {
    const { url } = await serve(answering(200));
    expect(await runOne(http(url, { bodyMatches: '(' }))).toMatchObject({
      status: 'fail',
      error: { code: 'SMOKE_HTTP', cause: { code: 'PRODUCT_FORMAT', params: { field: 'smoke.tests.api_health' } } },
    });
  });
});

/** An address where a listener was, and is no more. */
async function closedPort(): Promise<{ url: string }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}/` };
}
