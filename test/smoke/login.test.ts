import { describe, expect, test } from 'vitest';
import type { SmokeTest } from '../../installer/contract/product.ts';
import { answering, serve } from './local-server.ts';
import { password, runOne, title } from './run-smoke.ts';

const login = (url: string, tokenField = 'access_token'): SmokeTest => ({
  kind: 'login',
  id: 'admin_login',
  title,
  url: `${url}/login`,
  usernameEnv: 'API_ADMIN_USERNAME',
  passwordEnv: 'API_ADMIN_PASSWORD',
  tokenField,
});

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
});
