import { contract } from '../../installer/contract/api.ts';

/** A message that must not be accepted, with a name that says why. */
export interface HostileMessage {
  name: string;
  text: string;
}

/** `runs/follow` and the like: every procedure of the contract, with what it says of itself. */
export function procedures(): { path: string; changes: boolean; takesInput: boolean }[] {
  return Object.entries(contract).flatMap(([group, entry]) =>
    '~orpc' in entry
      ? [describe(group, entry)]
      : Object.entries(entry).map(([name, procedure]) => describe(`${group}/${name}`, procedure)),
  );
}

function describe(path: string, procedure: { '~orpc': { meta: { changes: boolean }; inputSchema?: unknown } }) {
  const { meta, inputSchema } = procedure['~orpc'];
  return { path, changes: meta.changes, takesInput: inputSchema !== undefined };
}

export const goodCall = (id: string) => JSON.stringify({ i: id, p: { u: '/control/state', b: { meta: [] } } });

/** The same ones each time. */
export function hostileMessages(): HostileMessage[] {
  return [...truncations(), ...noise(), ...envelopes(), ...paths(), ...inputs()];
}

const valid = JSON.stringify({ i: '1', p: { u: '/runs/follow', b: { json: { run: 'r', after: 0 }, meta: [] } } });

function truncations(): HostileMessage[] {
  return Array.from({ length: valid.length - 1 }, (_, length) => ({
    name: `cut off after ${length}`,
    text: valid.slice(0, length),
  }));
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator: the same bytes on every machine. */
function noise(): HostileMessage[] {
  let state = 20_260_101;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const alphabet = '{}[]",:\\ \u0000\u001fabeitpu0123456789\u00e9\u{1f600}';
  const random = Array.from({ length: 40 }, (_, index) => ({
    name: `noise ${index}`,
    text: Array.from({ length: 1 + next(60) }, () => alphabet[next(alphabet.length)]).join(''),
  }));
  const flipped = Array.from({ length: 40 }, (_, index) => {
    // A structural character becomes another one, so that it is never the same call.
    const places = [...valid].flatMap((char, at) => ('{}:,'.includes(char) ? [at] : []));
    const at = places[next(places.length)] ?? 0;
    return { name: `changed ${index}`, text: `${valid.slice(0, at)};${valid.slice(at + 1)}` };
  });
  return [...random, ...flipped];
}

function envelopes(): HostileMessage[] {
  const body = { json: { run: 'r', after: 0 } };
  const call = { u: '/runs/follow', b: body };
  const wrong: unknown[] = [
    null,
    true,
    0,
    1e308,
    '',
    'call',
    [],
    [1, 2],
    {},
    { i: '1' },
    { p: call },
    { i: 1, p: call },
    { i: '', p: call },
    { i: 'a'.repeat(33), p: call },
    { i: '../1', p: call },
    { i: null, p: call },
    { i: ['1'], p: call },
    { i: '1', p: null },
    { i: '1', p: [] },
    { i: '1', p: 'x' },
    { i: '1', p: { b: body } },
    { i: '1', p: { u: 1 } },
    { i: '1', p: call, x: 1 },
    { i: '1', p: { ...call, x: 1 } },
    { i: '1', t: 0, p: call },
    { i: '1', t: 1, p: call },
    { i: '1', t: 2, p: call },
    { i: '1', t: 3, p: { e: 'message', d: {} } },
    { i: '1', t: 3, p: { e: 'error' } },
    { i: '1', t: 5 },
    { i: '1', t: '4' },
    { i: '1', t: 4, p: {} },
    { i: '1', t: -1 },
    { i: '1', t: null },
    ...['GET', 'PUT', 'DELETE', '', 'POST'].map((m) => ({ i: '1', p: { ...call, m } })),
    ...[
      {},
      { 'content-type': 'text/event-stream' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-disposition': 'attachment; filename="x"' },
      { 'last-event-id': '1' },
      { cookie: 'x' },
    ].map((h) => ({ i: '1', p: { ...call, h } })),
    { i: '1', p: { u: '/runs/follow', b: null } },
    { i: '1', p: { u: '/runs/follow', b: [] } },
    { i: '1', p: { u: '/runs/follow', b: { ...body, maps: [['run']] } } },
    ...Array.from({ length: 8 }, (_, type) => ({
      i: '1',
      p: { u: '/runs/follow', b: { ...body, meta: [[type, 'run']] } },
    })),
    { i: '1', p: { u: '/runs/follow', b: { ...body, meta: [[0, '__proto__', 'x']] } } },
    { i: '1', p: { u: '/runs/follow', b: { ...body, meta: {} } } },
  ];
  const texts = wrong.map((value, index) => ({ name: `envelope ${index}`, text: JSON.stringify(value) }));
  return [
    ...texts,
    { name: 'prototype', text: `{"i":"1","p":{"u":"/status","__proto__":{"m":"GET"}}}` },
    { name: 'deep', text: `{"i":"1","p":{"u":"/status","b":{"json":${'['.repeat(30)}${']'.repeat(30)}}}}` },
    { name: 'very deep', text: '['.repeat(500_000) },
    { name: 'large', text: JSON.stringify({ i: '1', p: { u: '/status', b: { json: 'a'.repeat(1024 * 1024) } } }) },
    { name: 'two values', text: `${valid}${valid}` },
    { name: 'byte order mark', text: `\ufeff${valid}` },
    { name: 'comment', text: `/**/${valid}` },
  ];
}

function paths(): HostileMessage[] {
  const urls = [
    '',
    '/',
    '//',
    'status',
    '/status/',
    '//status',
    '/Status',
    '/STATUS',
    '/nothing',
    '/runs',
    '/runs/nothing',
    '/runs/follow/x',
    '/runs/../status',
    '/runs%2Ffollow',
    '/runs/follow?x=1',
    '/runs/follow#x',
    '/runs.follow',
    'http://evil.example/status',
    'http://orpc/status',
    'file:///etc/passwd',
    '/__proto__',
    '/constructor',
    '/constructor/prototype',
    '/toString',
    '/runs/__proto__',
    '/runs/constructor',
    '/bundle/~orpc',
    '/~orpc',
    '/\u0000',
    '/runs\\follow',
    `/${'a'.repeat(5000)}`,
    '/check/then',
    '/then',
  ];
  return urls.map((u) => ({
    name: `path ${u.slice(0, 40)}`,
    text: JSON.stringify({ i: '1', p: { u, b: { json: {} } } }),
  }));
}

/** Well-formed calls of every procedure that takes an input, with what is none. */
function inputs(): HostileMessage[] {
  const nonsense: unknown[] = [undefined, null, 0, 'x', true, [], [{}], { run: 1, dir: 1, file: 1 }];
  const nul = {
    dir: 'a\0b',
    root: 'x',
    run: 'r'.repeat(65),
    after: -1,
    file: 1,
    out: 5,
    lang: 'de',
    removeData: 'yes',
  };
  return procedures()
    .filter(({ takesInput }) => takesInput)
    .flatMap(({ path }) =>
      [...nonsense, ...(withoutRules.has(path) ? [] : [nul])].map((json, index) => ({
        name: `${path} input ${index}`,
        text: JSON.stringify({ i: '1', p: { u: `/${path}`, b: { json } } }),
      })),
    );
}

/** Take any string for a path: the file system has the last word there. */
const withoutRules = new Set(['bundle/inspect', 'bundle/verify']);
