import { expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { localiser } from '../../installer/base/localise.ts';
import { finding } from '../../installer/contract/findings.ts';
import { assess } from '../../installer/preflight/assess.ts';
import { worstFirst } from '../../installer/preflight/worst-first.ts';
import { assessment, budget, gigabyte, machine, pick, requires } from './samples.ts';

test('a machine that has all passes everywhere, in the form of the contract', () => {
  const findings = assess(assessment());
  expect(findings.map(({ status }) => status)).toEqual(findings.map(() => 'pass'));
  for (const each of findings) finding.strict().parse(each);
});

test('without a product nothing is required of the hardware, the tools are still judged', () => {
  const facts = machine({ cpu: { ...machine().cpu, usableCores: 1 }, gpus: [] });
  const findings = assess(assessment({ requires: null, facts, disk: [], composeVersion: undefined }));
  expect(pick(findings, 'CPU_CORES')).toMatchObject({ status: 'pass', expected: null, found: 1 });
  expect(pick(findings, 'ENGINE_VERSION')).toMatchObject({ status: 'pass', expected: null });
  expect(pick(findings, 'COMPOSE_VERSION').status).toBe('fail');
  expect(findings.filter(({ code }) => code === 'DISK_SPACE' || code === 'GPU_VRAM')).toEqual([]);
});

test.each([
  ['24.0.0', 'pass'],
  ['23.0.6', 'fail'],
  ['dev', 'fail'],
])('engine %s: %s', (engine, status) => {
  const findings = assess(
    assessment({ engine: { engine, api: '1.43', dataRoot: '/d', imageRoot: '/d', idOffset: { uid: 0, gid: 0 } } }),
  );
  expect(pick(findings, 'ENGINE_VERSION')).toMatchObject({ status, expected: '24.0', found: engine });
  expect(pick(findings, 'ENGINE_REACHABLE').status).toBe('pass');
});

test('an engine that does not answer fails once, its version is not guessed', () => {
  const error = new InstallerError('ENGINE_UNREACHABLE', { params: { socket: '/run/docker.sock' } });
  const findings = assess(assessment({ engine: { error } }));
  expect(pick(findings, 'ENGINE_REACHABLE')).toMatchObject({
    status: 'fail',
    params: { reason: 'unreachable', socket: '/run/docker.sock' },
  });
  expect(findings.filter(({ code }) => code === 'ENGINE_VERSION')).toEqual([]);
  expect(pick(findings, 'RIGHTS').status).toBe('pass');
});

test('a socket that refuses us is a matter of rights', () => {
  const refused = Object.assign(new Error('connect'), { code: 'EACCES', errno: -13, syscall: 'connect' });
  const error = new InstallerError('ENGINE_UNREACHABLE', { cause: refused });
  const findings = assess(assessment({ engine: { error }, rights: { uid: 1000, denied: [], readOnly: [] } }));
  expect(pick(findings, 'ENGINE_REACHABLE').params.reason).toBe('permission');
  expect(pick(findings, 'RIGHTS')).toMatchObject({ status: 'fail', found: 'uid 1000', params: { reason: 'engine' } });
});

test.each([
  ['2.20.0', 'pass'],
  ['2.19.9', 'fail'],
  [undefined, 'fail'],
])('compose %s: %s', (composeVersion, status) => {
  const findings = assess(assessment({ composeVersion }));
  expect(pick(findings, 'COMPOSE_VERSION')).toMatchObject({ status, found: composeVersion ?? null });
});

test('a Compose that cannot be started is a finding that says why; without a product no version is asked for', () => {
  const found = 'docker: EACCES (/usr/bin/docker)';
  const error = new InstallerError('COMPOSE_MISSING', { params: { reason: 'unexecutable' }, found });
  const refused = pick(assess(assessment({ composeVersion: { error } })), 'COMPOSE_VERSION');
  expect(refused).toMatchObject({ status: 'fail', found: null, params: { kind: 'unexecutable', detail: found } });
  const none = pick(assess(assessment({ composeVersion: undefined, requires: null })), 'COMPOSE_VERSION');
  for (const language of ['en', 'ru'] as const) {
    const { finding } = localiser(language);
    expect(finding(refused).remedy).toContain(found);
    expect(finding(none).remedy).not.toMatch(/[—–]/);
    // The positive control: where a version is asked for, it is named.
    const old = pick(assess(assessment({ composeVersion: '2.0.0' })), 'COMPOSE_VERSION');
    expect(finding(old).remedy).toContain(requires.compose);
  }
});

test.each([
  ['free', false, 'pass', 'free'],
  ['taken', false, 'fail', 'taken'],
  ['taken', true, 'pass', 'ours'],
] as const)('port %s, ours %s: %s', (state, ownedByUs, status, found) => {
  const ports = [{ port: 9090, address: '::1', service: 'prometheus', state, ownedByUs }];
  expect(pick(assess(assessment({ ports })), 'PORT_FREE')).toMatchObject({
    status,
    subject: '[::1]:9090',
    found,
    params: { port: 9090, address: '::1', service: 'prometheus' },
  });
});

test.each([
  [100 * gigabyte, 'pass', 0],
  [100 * gigabyte - 1, 'fail', 1],
])('%d bytes available of 100 GB needed: %s', (availableBytes, status, missing) => {
  const disk = [budget(), budget({ mountPoint: '/data', availableBytes })];
  const findings = assess(assessment({ disk }));
  expect(pick(findings, 'DISK_SPACE', '/data')).toMatchObject({
    status,
    expected: 100 * gigabyte,
    found: availableBytes,
    params: { missing, mount: '/data' },
  });
  expect(pick(findings, 'DISK_SPACE', '/').status).toBe('pass');
});

test.each([
  [true, 'pass', 'synchronised'],
  [false, 'warn', 'unsynchronised'],
  [null, 'warn', null],
] as const)('clock synchronised %s: %s', (synchronised, status, found) => {
  const facts = machine({ clock: { now: '2026-11-21T12:00:00.000Z', synchronised } });
  expect(pick(assess(assessment({ facts })), 'CLOCK')).toMatchObject({ status, found });
});

test.each([
  ['Debian GNU/Linux', 'x64', 'pass'],
  ['unknown', 'x64', 'warn'],
  ['Debian GNU/Linux', 'ia32', 'warn'],
])('%s on %s: %s', (name, arch, status) => {
  const facts = machine({ os: { name, version: '12', kernel: '6', arch } });
  expect(pick(assess(assessment({ facts })), 'OS').status).toBe(status);
});

test.each([
  [0, [], true, 'pass', undefined],
  [1000, [], true, 'fail', 'owners'],
  [1000, [], false, 'pass', undefined],
  [1000, ['/var/lib/x'], false, 'fail', 'path'],
])('uid %d, denied %j, owners needed %s: %s', (uid, denied, ownersNeeded, status, reason) => {
  const findings = assess(assessment({ rights: { uid, denied, readOnly: [] }, ownersNeeded }));
  expect(pick(findings, 'RIGHTS').status).toBe(status);
  expect(pick(findings, 'RIGHTS').params.reason).toBe(reason);
});

test.each([
  [true, false, 'pass'],
  [true, true, 'warn'],
  [false, true, 'fail'],
])('model fits %s, context reduced %s: %s', (fits, contextReduced, status) => {
  const modelFit = assessment().modelFit;
  if (modelFit === null) throw new Error('the sample has a model');
  const findings = assess(assessment({ modelFit: { ...modelFit, fits, contextReduced } }));
  expect(pick(findings, 'MODEL_FIT').status).toBe(status);
});

test('no model, no finding about it', () => {
  expect(assess(assessment({ modelFit: null })).filter(({ code }) => code === 'MODEL_FIT')).toEqual([]);
});

test('the worst stand first, within a status in the order of the contract', () => {
  const findings = assess(
    assessment({
      facts: machine({ cpu: { ...machine().cpu, usableCores: 2 }, clock: { now: '', synchronised: false }, gpus: [] }),
      tier: null,
      composeVersion: undefined,
    }),
  );
  const bad = findings.filter(({ status }) => status !== 'pass').map(({ status, code }) => `${status} ${code}`);
  expect(bad).toEqual(['fail CPU_CORES', 'fail COMPOSE_VERSION', 'warn GPU_PRESENT', 'warn GPU_VRAM', 'warn CLOCK']);
  expect(findings.slice(0, bad.length).map(({ status, code }) => `${status} ${code}`)).toEqual(bad);
  expect(worstFirst(findings.toReversed())[0]?.code).toBe('CPU_CORES');
});
