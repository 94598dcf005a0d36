import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { workDirs } from '../fixtures/work-dir.ts';
import { enter, ignoreReset, openWindow, pageText, raw, type Served, startServer, tokenOf } from './support.ts';

const workDir = workDirs();
let served: Served;
let port: number;
let host: string;
let cookie: string;
let sent = 0;
let refused = 0;

beforeAll(async () => {
  const limits = { headersTimeoutMs: 150, requestTimeoutMs: 300, checkIntervalMs: 30, windows: 3 };
  served = await startServer(await workDir(), { limits });
  port = served.server.port;
  host = `127.0.0.1:${port}`;
  cookie = await enter(served.server);
});

afterAll(() => served.server.close());

const secrets = ['hidden', 'outside', 'root:', pageText];

/** Counts a request that must get neither a page, a cookie nor a socket. */
async function mustRefuse(request: string | Buffer, allowed: readonly number[] = []): Promise<void> {
  sent++;
  const { status, text } = await raw(port, request);
  expect([0, 400, 401, 403, 404, 405, 408, 413, 415, 417, 421, 431, ...allowed]).toContain(status);
  expect(text).not.toMatch(/set-cookie|sec-websocket-accept/i);
  expect(text).not.toMatch(/HTTP\/1\.1 (1|2)\d\d/);
  for (const secret of secrets) expect(text).not.toContain(secret);
  refused++;
}

interface Parts {
  method?: string;
  target?: string;
  headers?: readonly string[];
  body?: string;
}

/** A request as our own page sends it, but for what is given. */
function request({ method = 'GET', target = '/', headers = [`Host: ${host}`], body = '' }: Parts): string {
  return `${method} ${target} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
}

function session(token: string, extra: Partial<{ type: string | null; origin: string | null; body: string }> = {}) {
  const { type = 'application/json', origin = `http://${host}`, body = JSON.stringify({ token }) } = extra;
  const headers = [`Host: ${host}`, `Content-Length: ${Buffer.byteLength(body)}`];
  if (type !== null) headers.push(`Content-Type: ${type}`);
  if (origin !== null) headers.push(`Origin: ${origin}`);
  return request({ method: 'POST', target: '/session', headers, body });
}

function upgrade(extra: { headers?: readonly string[]; target?: string; method?: string; drop?: string } = {}): string {
  const own = [
    `Host: ${host}`,
    `Origin: http://${host}`,
    `Cookie: ${cookie}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  const { headers = [], target = '/rpc', method = 'GET', drop = '' } = extra;
  const replaced = new Set([...headers, `${drop}:`].map((line) => line.split(':')[0]));
  const lines = [...own.filter((line) => !replaced.has(line.split(':')[0])), ...headers];
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

test('control: our own requests pass', async () => {
  for (const name of [host, `localhost:${port}`]) {
    const page = await raw(port, request({ headers: [`Host: ${name}`] }));
    expect(page.status).toBe(200);
    expect(page.text).toContain(pageText);
  }
  const asset = await raw(
    port,
    request({ target: '/assets/index-AbC_12.js', headers: [`Host: ${host}`, `Origin: http://${host}`] }),
  );
  expect(asset.status).toBe(200);
  expect((await raw(port, request({ method: 'HEAD' }))).status).toBe(200);
  expect((await raw(port, session(tokenOf(served.server.newAddress())))).status).toBe(204);
  const window = await openWindow(served.server, cookie);
  expect(await window.client.control.state()).toMatchObject({ writer: true });
  await window.close();
});

test('control: every answer carries the defences', async () => {
  for (const target of ['/', '/none']) {
    const { text } = await raw(port, request({ target }));
    expect(text).toMatch(/content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';/i);
    expect(text).toMatch(/frame-ancestors 'none'/);
    expect(text).toMatch(/x-content-type-options: nosniff/i);
    expect(text).toMatch(/cross-origin-opener-policy: same-origin/i);
    expect(text).toMatch(/cross-origin-resource-policy: same-origin/i);
    expect(text).toMatch(/referrer-policy: no-referrer/i);
    expect(text).toMatch(/cache-control: no-store/i);
  }
});

test('the session cookie is out of reach of scripts and of other sites', async () => {
  const { text } = await raw(port, session(tokenOf(served.server.newAddress())));
  expect(text).toMatch(/set-cookie: airgap_\d+=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict\r\n/i);
});

describe('DNS rebinding and other names', () => {
  const names: [string, () => string[]][] = [
    ['a foreign name', () => ['Host: evil.example']],
    ['a foreign name with our port', () => [`Host: evil.example:${port}`]],
    ['a name that resolves to loopback', () => [`Host: 127.0.0.1.nip.example:${port}`]],
    ['localhost as a subdomain', () => [`Host: localhost.evil.example:${port}`]],
    ['no port', () => ['Host: 127.0.0.1']],
    ['another port', () => [`Host: 127.0.0.1:${port + 1}`]],
    ['IPv6 loopback', () => [`Host: [::1]:${port}`]],
    ['the unspecified address', () => [`Host: 0.0.0.0:${port}`]],
    ['a short address', () => [`Host: 127.1:${port}`]],
    ['a decimal address', () => [`Host: 2130706433:${port}`]],
    ['a trailing dot', () => [`Host: localhost.:${port}`]],
    ['user information', () => [`Host: ${host}@evil.example`]],
    ['an empty name', () => ['Host: ']],
    ['none', () => []],
    ['two, ours first', () => [`Host: ${host}`, 'Host: evil.example']],
    ['two, ours last', () => ['Host: evil.example', `Host: ${host}`]],
    ['a list', () => [`Host: ${host}, evil.example`]],
  ];
  test.each(names)('%s', (_, headers) => mustRefuse(request({ headers: headers() })));

  test('a forwarded name counts for nothing', async () => {
    await mustRefuse(request({ headers: ['Host: evil.example', `X-Forwarded-Host: ${host}`] }));
  });

  test('HTTP/1.0 without a name', () => mustRefuse('GET / HTTP/1.0\r\n\r\n'));
});

describe('foreign origins', () => {
  const origins: [string, () => string][] = [
    ['another site', () => 'http://evil.example'],
    ['a sandboxed frame', () => 'null'],
    ['https', () => `https://${host}`],
    ['the other spelling of this machine', () => `http://localhost:${port}`],
    ['another port of this machine', () => `http://127.0.0.1:${port + 1}`],
    ['our address as a prefix', () => `http://${host}.evil.example`],
    ['our address and a path', () => `http://${host}/`],
    ['an empty one', () => ''],
  ];
  test.each(origins)('a page of %s asks for a file', (_, origin) =>
    mustRefuse(request({ headers: [`Host: ${host}`, `Origin: ${origin()}`] })));
  test.each(origins)('a page of %s opens a socket', (_, origin) =>
    mustRefuse(upgrade({ headers: [`Origin: ${origin()}`] })));

  test('two origins', () =>
    mustRefuse(request({ headers: [`Host: ${host}`, `Origin: http://${host}`, 'Origin: http://evil.example'] })));

  test.each(['cross-site', 'same-site', 'bogus'])('fetch metadata says %s', (site) =>
    mustRefuse(request({ headers: [`Host: ${host}`, `Sec-Fetch-Site: ${site}`] })));
});

describe('a link from another site', () => {
  const from = (mode: string, destination: string) => [
    `Host: ${host}`,
    'Sec-Fetch-Site: cross-site',
    `Sec-Fetch-Mode: ${mode}`,
    `Sec-Fetch-Dest: ${destination}`,
  ];
  test('control: shows the page', async () => {
    expect((await raw(port, request({ headers: from('navigate', 'document') }))).status).toBe(200);
  });
  test('not in a frame', () => mustRefuse(request({ headers: from('navigate', 'iframe') })));
  test('not as a script', () => mustRefuse(request({ headers: from('no-cors', 'script') })));
  test('not to a file', () =>
    mustRefuse(request({ target: '/assets/index-AbC_12.js', headers: from('navigate', 'document') })));
  test('not as a form', () => mustRefuse(request({ method: 'POST', headers: from('navigate', 'document') })));
});

describe('forged forms and tokens', () => {
  test('a form cannot send the token, and a refused attempt does not use it up', async () => {
    const token = tokenOf(served.server.newAddress());
    await mustRefuse(session(token, { type: 'text/plain' }));
    await mustRefuse(session(token, { type: 'application/x-www-form-urlencoded', body: `token=${token}` }));
    await mustRefuse(session(token, { type: 'multipart/form-data; boundary=x' }));
    await mustRefuse(session(token, { type: 'application/json; charset=utf-8' }));
    await mustRefuse(session(token, { type: null }));
    await mustRefuse(session(token, { origin: null }));
    await mustRefuse(session(token, { origin: 'http://evil.example' }));
    await mustRefuse(request({ target: `/session?token=${token}` }));
    await mustRefuse(request({ target: `/?token=${token}` }));
    await mustRefuse(request({ target: '/session', headers: [`Host: ${host}`, `Origin: http://${host}`] }));
    expect((await raw(port, session(token))).status).toBe(204);
    await mustRefuse(session(token));
  });

  const bodies: [string, string][] = [
    ['a wrong token', JSON.stringify({ token: 'a'.repeat(64) })],
    ['an empty token', JSON.stringify({ token: '' })],
    ['no token', '{}'],
    ['a number', '{"token":1}'],
    ['a list', '{"token":["a"]}'],
    ['null', 'null'],
    ['more than a token', JSON.stringify({ token: 'a'.repeat(64), admin: true })],
    ['a prototype', `{"__proto__":{"token":"${'a'.repeat(64)}"}}`],
    ['no JSON', '{"token":'],
    ['nothing', ''],
  ];
  test.each(bodies)('%s', (_, body) => mustRefuse(session('', { body })));
});

describe('path traversal', () => {
  const targets = [
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/..%252fpackage.json',
    '/..%c0%afpackage.json',
    '/..\\package.json',
    '/%5c..%5cpackage.json',
    '//etc/passwd',
    '/assets//index-AbC_12.js',
    '/index.html%00.js',
    '/.secret',
    '/assets',
    '/assets/',
    '/index.html/',
    '/index.html?x',
    '/package.json',
    'http://evil.example/',
    'index.html',
    '*',
    '/constructor',
    '/__proto__',
  ];
  test.each(targets)('%s', (target) => mustRefuse(request({ target })));
});

describe('method abuse', () => {
  const methods = ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'CONNECT', 'BREW', 'get'];
  test.each(methods)('%s', (method) => mustRefuse(request({ method })));
  test('a preflight of another site', () =>
    mustRefuse(
      request({
        method: 'OPTIONS',
        target: '/session',
        headers: [`Host: ${host}`, 'Origin: http://evil.example', 'Access-Control-Request-Method: POST'],
      }),
    ));
});

describe('sizes', () => {
  const withHeaders = (...headers: string[]) => request({ headers: [`Host: ${host}`, ...headers] });
  test('a header too long', () => mustRefuse(withHeaders(`X-Pad: ${'a'.repeat(10_000)}`)));
  test('too many headers', () => mustRefuse(withHeaders(...Array.from({ length: 2000 }, (_, at) => `X-${at}: 1`))));
  test('a path too long', () => mustRefuse(request({ target: `/${'a'.repeat(20_000)}` })));
  test('a body too large', () => mustRefuse(session('', { body: JSON.stringify({ token: 'a'.repeat(100_000) }) })));
  test('a body where none belongs', () => mustRefuse(`${withHeaders('Content-Length: 3')}abc`));
});

describe('request smuggling', () => {
  const smuggled = () => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const shapes: [string, () => string][] = [
    ['length and chunks', () => `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled()}`],
    ['chunks', () => `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['unknown coding', () => `Transfer-Encoding: xchunked\r\n\r\n${smuggled()}`],
    ['coding after a comma', () => `Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', () => `Content-Length: 0\r\nContent-Length: 5\r\n\r\n${smuggled()}`],
    ['a negative length', () => `Content-Length: -1\r\n\r\n`],
    ['a signed length', () => `Content-Length: +5\r\n\r\nabcde`],
    ['a blank before the colon', () => `Content-Length : 5\r\n\r\nabcde`],
    ['a folded line', () => `X-A: 1\r\n  b: 2\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
    ['a lone line feed', () => `X-A: 1\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a NUL', () => 'X-A: \0\r\n\r\n'],
    ['a request as a body', () => `Content-Length: ${smuggled().length}\r\n\r\n${smuggled()}`],
  ];
  test.each(shapes)('%s', (_, rest) => mustRefuse(`GET / HTTP/1.1\r\nHost: ${host}\r\n${rest()}`));
  test('an unknown version', () => mustRefuse(`GET / HTTP/9.9\r\nHost: ${host}\r\n\r\n`));
  test('no HTTP', () => mustRefuse(Buffer.from([0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3])));
  test('what follows a refused request is not answered', async () => {
    await mustRefuse(`GET /none HTTP/1.1\r\nHost: ${host}\r\n\r\n${smuggled()}`);
  });
});

describe('sockets', () => {
  test('control: the same upgrade, untouched, passes', async () => {
    const socket = connect(port, '127.0.0.1').on('error', ignoreReset);
    socket.write(upgrade());
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  const upgrades: [string, () => string][] = [
    ['no cookie', () => upgrade({ drop: 'Cookie' })],
    ['a wrong cookie', () => upgrade({ headers: [`Cookie: airgap_${port}=${'0'.repeat(64)}`] })],
    ['the cookie of another port', () => upgrade({ headers: [`Cookie: ${cookie.replace(String(port), '1')}`] })],
    ['two cookies of our name', () => upgrade({ headers: [`Cookie: ${cookie}; ${cookie}`] })],
    ['the cookie in capitals', () => upgrade({ headers: [`Cookie: ${cookie.toUpperCase()}`] })],
    ['the token for a cookie', () => upgrade({ headers: [`Cookie: airgap_${port}=${tokenOf(served.server.url)}`] })],
    ['no origin', () => upgrade({ drop: 'Origin' })],
    ['a foreign name', () => upgrade({ headers: [`Host: evil.example:${port}`] })],
    ['both names foreign', () => upgrade({ headers: ['Host: evil.example', 'Origin: http://evil.example'] })],
    ['another site by fetch metadata', () => upgrade({ headers: ['Sec-Fetch-Site: cross-site'] })],
    ['another path', () => upgrade({ target: '/' })],
    ['the cookie in the path', () => upgrade({ target: `/rpc?${cookie}`, drop: 'Cookie' })],
    ['POST', () => upgrade({ method: 'POST' })],
    ['another protocol', () => upgrade({ headers: ['Upgrade: h2c'] })],
    ['an unknown version', () => upgrade({ headers: ['Sec-WebSocket-Version: 7'] })],
    ['no key', () => upgrade({ drop: 'Sec-WebSocket-Key' })],
    ['a malformed key', () => upgrade({ headers: ['Sec-WebSocket-Key: short'] })],
    ['a body', () => upgrade({ headers: ['Content-Length: 5'] })],
  ];
  test.each(upgrades)('%s', (_, text) => mustRefuse(text(), [426]));

  const open = async () => {
    const socket = new WebSocket(`ws://${host}/rpc`, { origin: `http://${host}`, headers: { cookie } });
    await once(socket, 'open');
    return socket.on('error', ignoreReset);
  };
  const messages: [string, (socket: WebSocket) => void, number][] = [
    ['too large a message', (socket) => socket.send(`"${'a'.repeat(1024 * 1024)}"`), 1009],
    ['a binary message', (socket) => socket.send(Buffer.from('{}')), 1008],
    ['no JSON', (socket) => socket.send('{'), 1008],
    ['JSON that is no call', (socket) => socket.send('[]'), 1008],
    ['a message too deep', (socket) => socket.send('['.repeat(1000)), 1008],
    ['text that is not UTF-8', (socket) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
    ['an unmasked frame', (socket) => socket.send('{}', { mask: false }), 1002],
  ];
  test.each(messages)('%s ends the connection', async (_, send, code) => {
    sent++;
    const socket = await open();
    send(socket);
    const [closed] = await once(socket, 'close');
    expect(closed).toBe(code);
    refused++;
  });

  test('after a refused message good ones are not heard either', async () => {
    sent++;
    const socket = await open();
    const answers: unknown[] = [];
    socket.on('message', (data) => answers.push(data));
    socket.send('{');
    socket.send(JSON.stringify({ i: '1', p: { u: '/status' } }));
    await once(socket, 'close');
    expect(answers).toEqual([]);
    refused++;
  });

  test('more windows than there may be', async () => {
    await expect.poll(() => raw(port, request({})).then(({ status }) => status)).toBe(200);
    const sockets = [await open(), await open(), await open()];
    await mustRefuse(upgrade(), [503]);
    for (const socket of sockets) {
      socket.close();
      await once(socket, 'close');
    }
    const window = await openWindow(served.server, cookie);
    await window.close();
  });
});

describe('slow senders', () => {
  const partial: [string, () => string][] = [
    ['headers without an end', () => `GET / HTTP/1.1\r\nHost: ${host}\r\nX-A: `],
    ['a body without an end', () => `${session('').split('{')[0]}{`],
    ['nothing at all', () => ''],
  ];
  test.each(partial)('%s', async (_, start) => {
    sent++;
    const socket = connect(port, '127.0.0.1').on('error', ignoreReset);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write(start() || '\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).not.toMatch(/HTTP\/1\.1 2/);
    refused++;
  });
});

test('all were refused, counted, and the engine lives on', async () => {
  expect(sent).toBeGreaterThanOrEqual(60);
  expect(refused).toBe(sent);
  const counted = Object.values(served.server.refusals()).reduce((sum, count) => sum + count, 0);
  expect(counted).toBeGreaterThanOrEqual(60);
  const { client, close } = await openWindow(served.server, cookie);
  expect(await client.status()).toMatchObject({ installed: null, healthy: false });
  expect(served.lines.join('\n')).not.toContain(cookie.split('=')[1]);
  await close();
});
