import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SmokeTest } from '../../installer/contract/product.ts';
import type { SmokeInput } from '../../installer/smoke/smoke-input.ts';
import { container, fakeRuntime } from './fake-runtime.ts';
import { answering, serve } from './local-server.ts';
import { password, runOne as run, title } from './run-smoke.ts';

const login = (url: string, tokenField = 'access_token'): SmokeTest => ({
  kind: 'login',
  id: 'admin_login',
  title,
  service: 'api',
  url: `${url}/login`,
  usernameEnv: 'API_ADMIN_USERNAME',
  passwordEnv: 'API_ADMIN_PASSWORD',
  tokenField,
});

/** What the container's curl would do: one POST of its standard input to its last argument, no redirect followed. */
const inside = fakeRuntime({
  async onCommand(_kind, _service, argv, stdin) {
    const response = await fetch(argv.at(-1) ?? '', { method: 'POST', body: stdin ?? '', redirect: 'manual' });
    return { exitCode: 0, stdout: `${await response.text()}\n${response.status}`, stderr: '' };
  },
});
const runOne = (test: SmokeTest, more: Partial<SmokeInput> = {}) => run(test, { runtime: inside, ...more });

/** A server that answers the right password one way and every other another way. */
function account(right: [number, string], wrong: [number, string]) {
  return serve(({ body }, response) => {
    const given = JSON.parse(body);
    const [status, text] = given.username === 'admin' && given.password === password ? right : wrong;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
}

const token = '{"access_token":"eyJhbGciOi.J9.secret-token"}';

describe('login', () => {
  test.each([
    401, 403,
  ])('passes when the right password gives a token and a wrong one is refused with %i', async (no) => {
    const { url, requests } = await account([200, token], [no, '{}']);
    expect(await runOne(login(url))).toMatchObject({
      status: 'pass',
      measured: `HTTP 200 with a token; wrong password: HTTP ${no}`,
      error: null,
    });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /login', 'POST /login']);
    expect(JSON.parse(requests[0]?.body ?? '').password).not.toBe(password);
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ username: 'admin', password });
  });

  test('finds a token inside other objects', async () => {
    const { url } = await account([200, '{"data":{"token":"x"}}'], [401, '']);
    expect(await runOne(login(url, 'data.token'))).toMatchObject({ status: 'pass' });
  });

  test('tells neither password nor token, whether it passes or fails', async () => {
    for (const right of [200, 500]) {
      const { url } = await account([right, token], [200, token]);
      const said = JSON.stringify(await runOne(login(url)));
      expect(said).not.toContain(password);
      expect(said).not.toContain('secret-token');
    }
  });

  describe('has teeth', () => {
    const cases: [string, [number, string], [number, string]][] = [
      ['a wrong password gets a token too', [200, token], [200, token]],
      ['a wrong password is answered with 200 without a token', [200, token], [200, '{}']],
      ['a wrong password is refused with a token in the answer', [200, token], [401, token]],
      ['a wrong password makes the server fail', [200, token], [500, '']],
      ['the right password is refused', [401, '{}'], [401, '{}']],
      ['no token comes back', [200, '{}'], [401, '{}']],
      ['the token is empty', [200, '{"access_token":""}'], [401, '{}']],
      ['the token is no text', [200, '{"access_token":true}'], [401, '{}']],
      ['the answer is no JSON', [200, '<html>access_token</html>'], [401, '{}']],
    ];
    test.each(cases)('%s', async (_, right, wrong) => {
      const { url } = await account(right, wrong);
      expect(await runOne(login(url))).toMatchObject({ status: 'fail', error: { code: 'SMOKE_LOGIN' } });
    });

    test('a field that objects inherit is no token', async () => {
      const { url } = await account([200, '{}'], [401, '{}']);
      expect(await runOne(login(url, 'constructor.name'))).toMatchObject({ status: 'fail' });
    });

    test('a redirect to a page that lets everybody in', async () => {
      const open = await serve(answering(200, token));
      const { url } = await serve(answering(307, '', { location: open.url }));
      expect(await runOne(login(url))).toMatchObject({ status: 'fail', error: { code: 'SMOKE_LOGIN' } });
      expect(open.requests).toEqual([]);
    });
  });

  test('without the password in .env the test fails and names the variable', async () => {
    const { url, requests } = await account([200, token], [401, '{}']);
    const result = await runOne(login(url), { env: new Map([['API_ADMIN_USERNAME', 'admin']]) });
    expect(result).toMatchObject({
      status: 'fail',
      error: { code: 'SMOKE_LOGIN', cause: { code: 'TEMPLATE_UNKNOWN_VALUE', params: { name: 'API_ADMIN_PASSWORD' } } },
    });
    expect(requests).toEqual([]);
  });

  describe('of a first password that was changed on purpose', () => {
    const loginsProven = new Map([['admin_login', Date.UTC(2026, 10, 25, 10)]]);

    test.each([
      401, 403,
    ])('passes when it worked here before and is refused with %i as a wrong one is, and does not say that a login succeeded', async (no) => {
      const { url } = await account([no, '{}'], [no, '{}']);
      const result = await runOne(login(url), { loginsProven });
      expect(result).toMatchObject({ status: 'pass', params: { login: 'changed' }, error: null });
      expect(result.title.en).toContain('no longer valid');
      expect(result.title).not.toEqual(title);
      expect(result.measured).toBe(
        `first password: HTTP ${no} (accepted 2026-11-25T10:00:00.000Z); wrong password: HTTP ${no}`,
      );
    });

    test('that still works, is said to work', async () => {
      const { url } = await account([200, token], [401, '{}']);
      const result = await runOne(login(url), { loginsProven });
      expect(result).toMatchObject({ status: 'pass', title, params: { login: 'accepted' } });
    });

    const faults: [string, [number, string], [number, string]][] = [
      ['the server fails for everybody', [500, ''], [500, '']],
      ['the server fails for the first password only', [500, ''], [401, '{}']],
      ['every password is accepted', [200, token], [200, token]],
      ['only the wrong one is accepted', [401, '{}'], [200, token]],
      ['a refusal comes with a token', [401, token], [401, '{}']],
      ['the login is not there', [404, ''], [404, '']],
    ];
    test.each(faults)('does not hide that %s', async (_, right, wrong) => {
      const { url } = await account(right, wrong);
      expect(await runOne(login(url), { loginsProven })).toMatchObject({
        status: 'fail',
        error: { code: 'SMOKE_LOGIN' },
      });
    });

    test('proves nothing where it never worked: on a new site, or for another test', async () => {
      const { url } = await account([401, '{}'], [401, '{}']);
      for (const proven of [new Map(), new Map([['other_login', 1]])]) {
        expect(await runOne(login(url), { loginsProven: proven })).toMatchObject({ status: 'fail' });
      }
    });
  });

  describe('whoever holds the port of a service that is down', () => {
    /** A program of another user that writes down what it is sent. */
    async function listener(): Promise<{ url: string; heard: () => string }> {
      const script = `require('node:http').createServer((q, r) => { q.on('data', (d) => process.stdout.write(d)); q.on('end', () => r.end('{"access_token":"x"}')); }).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port); })`;
      const other = process.getuid?.() === 0 ? { uid: 1001, gid: 1001 } : {};
      const child = spawn(process.execPath, ['-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: '/',
        ...other,
      });
      onTestFinished(() => void child.kill());
      let heard = '';
      child.stdout.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
      });
      await once(child.stdout, 'data');
      return { url: `http://127.0.0.1:${/port (\d+)/.exec(heard)?.[1]}`, heard: () => heard };
    }

    test('is sent nothing, and the test fails', async () => {
      const { url, heard } = await listener();
      const down = { exitCode: 1, stdout: '', stderr: 'service "api" is not running' };
      const runtime = fakeRuntime({ containers: [container('api', { state: 'exited' })], onCommand: () => down });
      const result = await run(login(url), { runtime });
      expect(result).toMatchObject({
        status: 'fail',
        error: { code: 'SMOKE_LOGIN' },
        measured: expect.stringContaining('curl 1'),
      });
      expect(heard()).not.toContain('username');
      expect(heard()).not.toContain(password);
    });

    test('positive control: asked by address, that listener hears the password', async () => {
      const { url, heard } = await listener();
      await runOne(login(url));
      expect(heard()).toContain(password);
    });
  });

  test('no password stands on a command line', async () => {
    const seen: string[] = [];
    const runtime = fakeRuntime({
      onCommand(_kind, _service, argv) {
        seen.push(...argv);
        return { exitCode: 0, stdout: '{}\n401', stderr: '' };
      },
    });
    await run(login('http://127.0.0.1:8000'), { runtime });
    expect(seen.join(' ')).toContain('--data-binary @-');
    expect(seen.join(' ')).not.toContain(password);
  });
});
