import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComposeRuntime } from '../../installer/adapters/compose/compose-runtime.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import type { HardwareFacts } from '../../installer/contract/facts.ts';
import type { ProductDefinition } from '../../installer/contract/product.ts';
import type { ContainerEngine } from '../../installer/ports/containers.ts';
import type { Hardware } from '../../installer/ports/hardware.ts';
import type { StackRuntime } from '../../installer/ports/runtime.ts';
import type { StepContext, StepEventBody } from '../../installer/ports/step.ts';
import { collectFindings, type ReadinessInput } from '../../installer/preflight/collect-findings.ts';
import { readiness } from '../../installer/preflight/readiness-step.ts';
import { gigabyte, machine, pick, requires } from './samples.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-readiness-'));
});
afterAll(() => rm(dir, { recursive: true }));

const asked: string[] = [];

function hardware(facts: HardwareFacts): Hardware {
  return {
    facts: async () => facts,
    mountOf: async (path) => {
      asked.push(path);
      return {
        mountPoint: '/',
        fileSystem: 'ext4',
        device: '/dev/sda1',
        sizeBytes: 500 * gigabyte,
        availableBytes: 400 * gigabyte,
      };
    },
    portState: async (_address, port) => (port === 1 ? 'taken' : 'free'),
    networks: async () => ({ addresses: [], routes: [] }),
  };
}

const [dataRoot, imageRoot] = ['/var/lib/docker', '/var/lib/containerd'];
const idOffset = { uid: 0, gid: 0 };
const engine = {
  version: async () => ({ engine: '26.1.5', api: '1.45', dataRoot, imageRoot, idOffset }),
} as Partial<ContainerEngine>;
const runtime = {
  version: async () => '2.26.1',
  inventory: async () => [],
  proxies: async () => [],
} as Partial<StackRuntime>;
const folders = [{ path: 'data', uid: process.getuid?.() ?? 0, gid: 0, mode: '0750' }];

function input(changes: Partial<ReadinessInput> = {}): ReadinessInput {
  return {
    hardware: hardware(machine()),
    engine: engine as ContainerEngine,
    runtime: runtime as StackRuntime,
    product: { requires, folders } as unknown as ProductDefinition,
    tier: null,
    overrides: [],
    ports: [{ port: 8000, address: '127.0.0.1', service: 'api', ownedByUs: false }],
    names: null,
    site: null,
    subnets: [],
    paths: [
      { purpose: 'model', path: join(dir, 'not', 'yet', 'there'), bytes: 100 },
      { purpose: 'images', path: null, bytes: 200 },
    ],
    modelFit: null,
    alreadyInstalled: false,
    ...changes,
  };
}

function context(signal = new AbortController().signal): StepContext & { events: StepEventBody[] } {
  const events: StepEventBody[] = [];
  return {
    signal,
    progress: () => undefined,
    making: () => undefined,
    isOurs: () => false,
    emit: (event) => events.push(event),
    events,
  };
}

test('a ready machine: every finding is an event, worst first, and verify agrees', async () => {
  const lent = context();
  const output = await readiness.run(input(), lent);
  expect(lent.events.map((event) => event.kind === 'finding' && event.finding)).toEqual(output.findings);
  expect(output.facts).toEqual(machine());
  await readiness.verify(output, input(), lent);
  expect(await readiness.check(input(), lent)).toBeUndefined();
  // the engine's own folder is budgeted where the engine says it is
  expect(asked).toContain(imageRoot);
  expect(asked).not.toContain(dataRoot);
  expect(pick(output.findings, 'DISK_SPACE', '/').params.content).toBe(300);
});

test('a failure is thrown after its finding was told', async () => {
  const lent = context();
  const ports = [{ port: 1, address: '127.0.0.1', service: 'api', ownedByUs: false }];
  await expect(readiness.run(input({ ports }), lent)).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    params: { port: 1, service: 'api' },
  });
  const told = lent.events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : []));
  expect(pick(told, 'PORT_FREE').status).toBe('fail');
  // the same port held by our own containers is none
  await readiness.run(input({ ports: ports.map((port) => ({ ...port, ownedByUs: true })) }), context());
});

test('an engine that does not answer is a finding, and the cause of the step’s error', async () => {
  const cause = new InstallerError('ENGINE_UNREACHABLE', { params: { socket: '/s' } });
  const down = { version: () => Promise.reject(cause) } as Partial<ContainerEngine> as ContainerEngine;
  const { findings } = await collectFindings(input({ engine: down }));
  expect(pick(findings, 'ENGINE_REACHABLE').status).toBe('fail');
  await expect(readiness.run(input({ engine: down }), context())).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    params: { socket: '/s' },
    cause,
  });
});

test('overrides carry the name of who decided', async () => {
  const weak = hardware(machine({ cpu: { ...machine().cpu, usableCores: 2 } }));
  const overrides = [{ code: 'CPU_CORES' as const, justification: 'a machine for trying out' }];
  const { findings } = await collectFindings(input({ hardware: weak, overrides, overriddenBy: 'oleg' }));
  expect(pick(findings, 'CPU_CORES')).toMatchObject({ status: 'accepted', params: { overriddenBy: 'oleg' } });
  const { findings: unnamed } = await collectFindings(input({ hardware: weak, overrides }));
  expect(pick(unnamed, 'CPU_CORES').params.overriddenBy).toMatch(/./);
});

test('the model is planned on the facts just read', async () => {
  const seen: HardwareFacts[] = [];
  const { findings } = await collectFindings(
    input({
      modelFit: (facts) => {
        seen.push(facts);
        return {
          fits: false,
          ramBytes: 2,
          ramAvailableBytes: 1,
          vramBytes: 0,
          nGpuLayers: 0,
          nCtx: 2048,
          contextReduced: true,
        };
      },
    }),
  );
  expect(seen).toEqual([machine()]);
  expect(pick(findings, 'MODEL_FIT')).toMatchObject({ status: 'fail', expected: 2, found: 1 });
});

test.each([
  'CPU_CORES',
  'DISK_SPACE',
  'PORT_FREE',
  'ENGINE_VERSION',
  'RIGHTS',
  'GPU_VRAM',
] as const)('verify does not let a forgotten %s look like a pass', async (code) => {
  const output = await readiness.run(input(), context());
  const findings = output.findings.filter((finding) => finding.code !== code);
  await expect(readiness.verify({ ...output, findings }, input(), context())).rejects.toMatchObject({
    code: 'INTERNAL',
    params: { missing: code },
  });
});

test('verify refuses a result with a failure, and an empty one', async () => {
  const output = await readiness.run(input(), context());
  const findings = output.findings.map((each) => (each.code === 'CLOCK' ? { ...each, status: 'fail' as const } : each));
  await expect(readiness.verify({ ...output, findings }, input(), context())).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
  });
  await expect(readiness.verify({ ...output, findings: [] }, input(), context())).rejects.toMatchObject({
    code: 'INTERNAL',
  });
});

test('cancelling ends the checks and is not taken for an engine that is down', async () => {
  const controller = new AbortController();
  const slow = {
    version: (signal?: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new InstallerError('CANCELLED')));
        controller.abort();
      }),
  } as Partial<ContainerEngine> as ContainerEngine;
  await expect(readiness.run(input({ engine: slow }), context(controller.signal))).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('a docker command that may not be executed is a finding among the others, not the end of the checks', async () => {
  const docker = join(dir, 'docker');
  await writeFile(docker, '#!/bin/sh\n[ "$1" != compose ] || echo 2.26.1\n', { mode: 0o644 });
  const asked = { ...input(), runtime: createComposeRuntime({ env: { PATH: dir } }) };
  const { findings } = await collectFindings(asked);
  expect(pick(findings, 'COMPOSE_VERSION')).toMatchObject({ status: 'fail', params: { kind: 'unexecutable' } });
  expect(pick(findings, 'ENGINE_REACHABLE').status).toBe('pass');
  await chmod(docker, 0o755);
  const { findings: mended } = await collectFindings(asked);
  expect(pick(mended, 'COMPOSE_VERSION')).toMatchObject({ status: 'pass', found: '2.26.1' });
});
