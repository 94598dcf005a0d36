/**
 * Positive controls of the browser face: for each defence an attack that it alone keeps out. The same attack is refused by the
 * server that the product has, and gets through to one that was composed without that defence.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { allDefences, type Defences } from '../../installer/faces/http/defences.ts';
import * as rules from '../../installer/faces/http/request-rules.ts';
import type { ServeOptions } from '../../installer/faces/http/serve.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { enter, ignoreReset, pageText, raw, type Served, startServer, tokenOf } from './support.ts';

const workDir = workDirs();

interface Setup {
  defences?: Partial<Defences>;
  options?: Partial<ServeOptions>;
}

interface Control {
  defence: string;
  /** What both servers have; only where another defence would refuse the attack as well. */
  both?: Setup;
  /** What the weaker of the two has instead. */
  weakened: Setup;
  /** True: the attacker got what he wanted. */
  attack: (served: Served) => Promise<boolean>;
}

const without = (rule: rules.RequestRule): Setup => ({
  defences: { rules: allDefences.rules.filter((each) => each !== rule) },
});

/** A file is whatever the path leads to, as a simple server would have it. */
const filesOnDisk: Defences['files'] = async (dir) => (path) => {
  try {
    return { body: readFileSync(join(dir, path === '/' ? 'index.html' : path)), type: 'text/plain', immutable: false };
  } catch {
    return undefined;
  }
};

const hostOf = ({ server }: Served) => `127.0.0.1:${server.port}`;

async function ask(served: Served, first: string, headers: Readonly<Record<string, string>> = {}, body = '') {
  const all = { Host: hostOf(served), ...headers, Connection: headers.Connection ?? 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return raw(served.server.port, `${first} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

const getsPage = async (answer: ReturnType<typeof ask>) => (await answer).text.includes(pageText);

const exchange = (served: Served, token: string, { type = 'application/json', padding = '' } = {}) => {
  const body = `${JSON.stringify({ token })}${padding}`;
  const headers = { Origin: `http://${hostOf(served)}`, 'Content-Type': type, 'Content-Length': String(body.length) };
  return ask(served, 'POST /session', headers, body);
};

/** Whether a WebSocket opens for these headers. */
async function opens(served: Served, headers: Record<string, string>): Promise<WebSocket | undefined> {
  const socket = new WebSocket(`ws://${hostOf(served)}/rpc`, { headers });
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket.on('error', ignoreReset)));
    socket.once('error', () => resolve(undefined));
  });
}

const entersWith = (change: (own: Record<string, string>) => Record<string, string>) => async (served: Served) => {
  const cookie = await enter(served.server);
  const socket = await opens(served, change({ cookie, origin: `http://${hostOf(served)}` }));
  socket?.terminate();
  return socket !== undefined;
};

/** Whether the engine answers this text, which our own window never sends. */
const isAnswered = (text: () => string) => async (served: Served) => {
  const socket = await opens(served, { cookie: await enter(served.server), origin: `http://${hostOf(served)}` });
  if (socket === undefined) throw new Error('our own window must get in');
  const answered = Promise.race([once(socket, 'message').then(() => true), once(socket, 'close').then(() => false)]);
  socket.send(text());
  const result = await answered;
  socket.terminate();
  return result;
};

/** What a browser makes of the cookie, https://www.rfc-editor.org/rfc/rfc6265#section-5.3. */
const cookieLacks = (attribute: string) => async (served: Served) => {
  const { text } = await exchange(served, tokenOf(served.server.newAddress()));
  const attributes = /set-cookie: [^;]*;([^\r]*)\r\n/i.exec(text)?.[1]?.split(';') ?? [];
  return !attributes.some((each) => each.trim().toLowerCase() === attribute);
};

const deep = (levels: number) =>
  `{"i":"1","p":{"u":"/status","b":{"json":${'['.repeat(levels)}${']'.repeat(levels)}}}}`;
const parsed: Defences['message'] = (data) => {
  const text = String(data);
  return { ok: true, id: String((JSON.parse(text) as { i: unknown }).i), kind: 'call', text };
};

/** What Node's own documentation shows, and what stood here once. */
const answeredWith400: Defences['endUnread'] = (_error, socket) => {
  if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  return 'MALFORMED';
};

/** What comes on a connection that stays open on our side, until its other end closes it. */
async function heardAfter({ server }: Served, said: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1').on('error', ignoreReset);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  if (said !== '') socket.write(said);
  await new Promise((resolve) => socket.once('close', resolve));
  return heard;
}

const controls: Control[] = [
  {
    defence: 'Host: DNS rebinding',
    weakened: without(rules.ownHost),
    attack: (served) => getsPage(ask(served, 'GET /', { Host: `evil.example:${served.server.port}` })),
  },
  {
    defence: 'plain targets: path traversal to a server that looks on the disk',
    both: { defences: { files: filesOnDisk } },
    weakened: without(rules.plainTarget),
    attack: async (served) => (await ask(served, 'GET /../package.json')).text.includes('outside'),
  },
  {
    defence: 'table of paths: a file that is not the wizard’s',
    weakened: { defences: { files: filesOnDisk } },
    attack: async (served) => (await ask(served, 'GET /.secret')).text.includes('hidden'),
  },
  {
    defence: 'Origin: a page of another site opens the socket',
    weakened: without(rules.ownOrigin),
    attack: entersWith((own) => ({ ...own, origin: 'http://evil.example' })),
  },
  {
    defence: 'missing Origin: a program that says nothing of itself opens the socket',
    weakened: without(rules.originGiven),
    attack: entersWith(({ cookie = '' }) => ({ cookie })),
  },
  {
    defence: 'fetch metadata: a page of another site loads our script',
    weakened: without(rules.ownSite),
    attack: async (served) =>
      (await ask(served, 'GET /assets/index-AbC_12.js', { 'Sec-Fetch-Site': 'cross-site' })).status === 200,
  },
  {
    defence: 'methods: what is no reading is answered as if it were',
    weakened: without(rules.knownMethod),
    attack: (served) => getsPage(ask(served, 'DELETE /')),
  },
  {
    defence: 'bodies: one where none belongs',
    weakened: without(rules.noBody),
    attack: (served) => getsPage(ask(served, 'GET /', { 'Content-Length': '3' }, 'abc')),
  },
  {
    defence: 'JSON only: a form of another site brings the token',
    weakened: without(rules.jsonToken),
    attack: async (served) =>
      (await exchange(served, tokenOf(served.server.url), { type: 'text/plain' })).status === 204,
  },
  {
    defence: 'one-time token: an address read over a shoulder is opened again',
    weakened: { defences: { entrance: { ...allDefences.entrance, singleUse: false } } },
    attack: async (served) => {
      const token = tokenOf(served.server.url);
      const statuses = [await exchange(served, token), await exchange(served, token)].map(({ status }) => status);
      expect(statuses[0]).toBe(204);
      return statuses[1] === 204;
    },
  },
  {
    defence: 'HttpOnly: a script reads the cookie',
    weakened: { defences: { entrance: { singleUse: true, cookieAttributes: 'Path=/; SameSite=Strict' } } },
    attack: cookieLacks('httponly'),
  },
  {
    defence: 'SameSite: another site’s page sends the cookie',
    weakened: { defences: { entrance: { singleUse: true, cookieAttributes: 'Path=/; HttpOnly' } } },
    attack: cookieLacks('samesite=strict'),
  },
  {
    defence: 'session: a window without the cookie',
    weakened: { defences: { admits: () => true } },
    attack: entersWith(({ origin = '' }) => ({ origin })),
  },
  {
    defence: 'content policy and its companions',
    weakened: { defences: { headers: () => ({}) } },
    attack: async (served) => {
      const { text } = await ask(served, 'GET /');
      expect(text).toContain(pageText);
      return !/content-security-policy: default-src 'none'/i.test(text);
    },
  },
  {
    defence: 'messages: too deep',
    weakened: { defences: { message: parsed } },
    attack: isAnswered(() => deep(100)),
  },
  {
    defence: 'messages: too large',
    both: { defences: { message: parsed } },
    weakened: { options: { limits: { messageBytes: 4 * 1024 * 1024 } } },
    attack: isAnswered(() => deep(1).replace('[]', JSON.stringify('a'.repeat(2 * 1024 * 1024)))),
  },
  {
    defence: 'headers: too large',
    weakened: { options: { limits: { headerBytes: 64 * 1024 } } },
    attack: (served) => getsPage(ask(served, 'GET /', { 'X-Pad': 'a'.repeat(10_000) })),
  },
  {
    defence: 'token: its request too large',
    weakened: { options: { limits: { tokenBodyBytes: 10_000 } } },
    attack: async (served) =>
      (await exchange(served, tokenOf(served.server.url), { padding: ' '.repeat(1000) })).status === 204,
  },
  {
    defence: 'windows: more than there may be',
    weakened: { options: { limits: { windows: 100 } } },
    attack: async (served) => {
      const headers = { cookie: await enter(served.server), origin: `http://${hostOf(served)}` };
      const sockets: (WebSocket | undefined)[] = [];
      for (let count = 0; count < 9; count += 1) sockets.push(await opens(served, headers));
      for (const socket of sockets) socket?.terminate();
      return sockets.every((socket) => socket !== undefined);
    },
  },
  {
    defence: 'slow senders: headers that never end hold a connection',
    both: { options: { limits: { headersTimeoutMs: 100, checkIntervalMs: 20 } } },
    weakened: { options: { limits: { headersTimeoutMs: 0, requestTimeoutMs: 0, checkIntervalMs: 20 } } },
    attack: async (served) => {
      const socket = connect(served.server.port, '127.0.0.1').on('error', ignoreReset);
      socket.resume().write(`GET / HTTP/1.1\r\nHost: ${hostOf(served)}\r\nX-A: `);
      const isHeld = await Promise.race([once(socket, 'close').then(() => false), sleep(8000, true)]);
      socket.destroy();
      return isHeld;
    },
  },
  {
    defence: 'silence on a connection that said nothing: a browser takes our words as its next answer',
    both: { options: { limits: { headersTimeoutMs: 100, checkIntervalMs: 20 } } },
    weakened: { defences: { endUnread: answeredWith400 } },
    attack: async (served) => (await heardAfter(served, '')).startsWith('HTTP/1.1'),
  },
  {
    defence: 'room for who asks: silent connections keep the page away',
    both: { options: { limits: { connections: 10, headersTimeoutMs: 10_000 } } },
    weakened: { defences: { makeRoom: () => undefined } },
    attack: async (served) => {
      const silent = Array.from({ length: 20 }, () =>
        connect(served.server.port, '127.0.0.1').on('error', ignoreReset),
      );
      await Promise.all(silent.map((socket) => once(socket, 'connect')));
      const isKeptAway = !(await getsPage(ask(served, 'GET /')));
      for (const socket of silent) socket.destroy();
      return isKeptAway;
    },
  },
  {
    defence: 'idle shutdown: a wizard that was forgotten stands open',
    both: { options: { idleMs: 20 } },
    weakened: { options: { idleMs: 0 } },
    attack: async (served) => {
      await Promise.race([served.server.ended, sleep(1000)]);
      return getsPage(ask(served, 'GET /'));
    },
  },
  {
    defence: 'loopback alone: another address of this machine',
    weakened: { defences: { address: '0.0.0.0' } },
    attack: async (served) => {
      const socket = connect(served.server.port, '127.0.0.2');
      const connected = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      socket.destroy();
      return connected;
    },
  },
];

const merged = (...setups: Setup[]): [Partial<ServeOptions>, Defences] => [
  Object.assign({}, ...setups.map(({ options }) => options)),
  Object.assign({}, allDefences, ...setups.map(({ defences }) => defences)),
];

test.each(controls)('$defence', async ({ both = {}, weakened, attack }) => {
  const outcome = async (...setups: Setup[]) => {
    const served = await startServer(await workDir(), ...merged(...setups));
    try {
      return await attack(served);
    } finally {
      await served.server.close();
    }
  };
  expect(await outcome(both), 'the product’s server').toBe(false);
  expect(await outcome(both, weakened), 'without the defence').toBe(true);
});

test('every defence has its control', () => {
  const keys = new Set(controls.flatMap(({ weakened }) => Object.keys(weakened.defences ?? {})));
  expect(keys).toEqual(new Set(Object.keys(allDefences)));
  const missing = controls.flatMap(({ weakened }) => {
    const left = weakened.defences?.rules;
    return left === undefined ? [] : allDefences.rules.filter((rule) => !left.includes(rule));
  });
  expect(new Set(missing)).toEqual(new Set(allDefences.rules));
});

describe('a connection that brings no request', () => {
  const limits = { headersTimeoutMs: 100, checkIntervalMs: 20 };
  const start = async () => startServer(await workDir(), { limits });

  test('and said nothing is closed without a word, and nothing is said of it', async () => {
    const served = await start();
    expect(await heardAfter(served, '')).toBe('');
    expect(served.server.refusals()).toEqual({});
    expect(served.lines).toEqual([]);
    await served.server.close();
  });

  test('in time is answered with 408, which a browser takes as a reason to ask again', async () => {
    const served = await start();
    expect(await heardAfter(served, 'GET / HTTP/1.1\r\n')).toMatch(/^HTTP\/1\.1 408 /);
    expect(served.server.refusals()).toEqual({ TIMEOUT: 1 });
    await served.server.close();
  });

  test('but something else is answered with 400', async () => {
    const served = await start();
    expect(await heardAfter(served, '\x16\x03\x01 not HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(served.server.refusals()).toEqual({ MALFORMED: 1 });
    await served.server.close();
  });

  test('and makes room is the oldest without the cookie; who has it stays', async () => {
    const served = await startServer(await workDir(), {
      limits: { connections: 3, headersTimeoutMs: 10_000, keepAliveMs: 10_000 },
    });
    const { port } = served.server;
    const cookie = await enter(served.server);
    const ours = connect(port, '127.0.0.1').on('error', ignoreReset);
    ours.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`);
    await once(ours, 'data');
    const silent: Socket[] = [];
    for (let count = 0; count < 6; count += 1) {
      silent.push(connect(port, '127.0.0.1').on('error', ignoreReset).resume());
      await once(silent.at(-1) as Socket, 'connect');
    }
    await expect.poll(() => silent.map(({ closed }) => closed)).toEqual([true, true, true, true, false, false]);
    expect(ours.closed).toBe(false);
    for (const socket of [ours, ...silent]) socket.destroy();
    await served.server.close();
  });
});
