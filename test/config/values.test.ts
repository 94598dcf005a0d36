import { describe, expect, test } from 'vitest';
import { renderValues, usesGpu } from '../../installer/config/values.ts';
import type { HardwareFacts } from '../../installer/contract/facts.ts';
import { codegraph, facts, gpu } from './fixture.ts';

const product = await codegraph();
const llm = { nCtx: 8192, nGpuLayers: 0, nBatch: 512, nThreads: 8 };

function values(changes: { facts?: HardwareFacts; nGpuLayers?: number; bind?: string } = {}) {
  return renderValues({
    product,
    answers: { bind_address: changes.bind ?? '127.0.0.1' },
    facts: changes.facts ?? facts(),
    llm: { ...llm, nGpuLayers: changes.nGpuLayers ?? 0 },
    modelPath: '/m',
    dataDir: '/d',
    releaseDir: '/d/releases/1',
    release: 1,
  });
}

describe('render values', () => {
  test('bound limits by what the machine really lends', () => {
    const machine = facts();
    machine.cpu = { ...machine.cpu, logicalCores: 16, usableCores: 1.5 };
    machine.memory = { ...machine.memory, cgroupLimitBytes: 2 ** 30 };
    expect(values({ facts: machine })).toMatchObject({ 'hardware.cores': 1, 'hardware.ramBytes': 2 ** 30 });
  });

  test('cut the containers’ network into its parts', () => {
    const all = renderValues({
      ...{ product, answers: { container_network: '10.4.0.0/20' }, facts: facts(), llm, modelPath: '/m' },
      ...{ dataDir: '/d', releaseDir: '/d/releases/1', release: 1 },
    });
    expect(all['subnets.container_network.1']).toBe('10.4.0.0/21');
    expect(all['subnets.container_network.2']).toBe('10.4.8.0/21');
    expect(all).not.toHaveProperty(['subnets.container_network.3']);
  });

  test('never say less than one core', () => {
    const machine = facts();
    machine.cpu = { ...machine.cpu, usableCores: 0.2 };
    expect(values({ facts: machine })['hardware.cores']).toBe(1);
  });

  test('do not move with a few megabytes of memory, as another kernel takes them', () => {
    const machine = facts();
    const memory = { ...machine.memory, totalBytes: machine.memory.totalBytes + 5_000_000 };
    expect(values({ facts: { ...machine, memory } })).toEqual(values());
  });

  test('put IPv6 addresses in brackets where a port follows', () => {
    expect(values({ bind: '::1' })).toMatchObject({ 'answers.bind_address': '::1', 'hosts.bind_address': '[::1]' });
    expect(values()).toMatchObject({ 'hosts.bind_address': '127.0.0.1' });
  });

  test('give llama-server a number of layers that every version takes for all of them', () => {
    expect(values({ nGpuLayers: -1 })).toMatchObject({ 'llm.nGpuLayers': -1, 'llm.serverGpuLayers': 999 });
    expect(values({ nGpuLayers: 12 })['llm.serverGpuLayers']).toBe(12);
  });

  test('name the largest GPU, whatever is loaded on it now', () => {
    const small = { ...gpu, index: 0, uuid: 'GPU-small', vramBytes: 8 * 2 ** 30 };
    const large = { ...gpu, index: 1, uuid: null, vramFreeBytes: 0 };
    expect(values({ facts: facts([small, large]) })['hardware.gpuDevice']).toBe('1');
    expect(values()['hardware.gpuDevice']).toBe('');
  });
});

describe('the GPU is used', () => {
  test.each([
    ['when layers fit on it', facts([gpu]), -1, true],
    ['not without layers', facts([gpu]), 0, false],
    ['not without a GPU', facts(), -1, false],
    [
      'not when nvidia-smi hangs',
      { ...facts([gpu]), nvidia: { state: 'timeout', detail: '' } } as HardwareFacts,
      -1,
      false,
    ],
  ])('%s', (_, machine, nGpuLayers, expected) => {
    expect(usesGpu(machine, { ...llm, nGpuLayers })).toBe(expected);
  });
});
