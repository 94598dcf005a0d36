import { expect, test } from 'vitest';
import type { FindingStatus, TierName } from '../../installer/contract/findings.ts';
import { assess } from '../../installer/preflight/assess.ts';
import { diskTierAllowance } from '../../installer/preflight/assess-machine.ts';
import { assessment, budget, gigabyte, gpu, machine, mebibyte, pick } from './samples.ts';

type Row = [found: number, tier: TierName | null, status: FindingStatus, expected: number, reached: string];

const cores: Row[] = [
  [3.99, null, 'fail', 4, 'none'],
  [4, null, 'warn', 8, 'minimum'],
  [7.99, null, 'warn', 8, 'minimum'],
  [8, null, 'pass', 8, 'recommended'],
  [16, null, 'pass', 8, 'production'],
  [3, 'minimum', 'fail', 4, 'none'],
  [4, 'minimum', 'pass', 4, 'minimum'],
  [4, 'recommended', 'fail', 8, 'minimum'],
  [3, 'recommended', 'fail', 8, 'none'],
  [8, 'recommended', 'pass', 8, 'recommended'],
  [15, 'production', 'fail', 16, 'recommended'],
  [16, 'production', 'pass', 16, 'production'],
];

test.each(cores)('%d cores for tier %s: %s', (usableCores, tier, status, expected, reached) => {
  const facts = machine({ cpu: { ...machine().cpu, usableCores } });
  const found = pick(assess(assessment({ facts, tier })), 'CPU_CORES');
  expect(found).toMatchObject({ status, expected, found: usableCores, params: { reached } });
});

const ram: Row[] = [
  [8 * gigabyte - 1, null, 'fail', 8 * gigabyte, 'none'],
  [8 * gigabyte, null, 'warn', 16 * gigabyte, 'minimum'],
  [16 * gigabyte - 1, 'recommended', 'fail', 16 * gigabyte, 'minimum'],
  [16 * gigabyte, 'recommended', 'pass', 16 * gigabyte, 'recommended'],
  [32 * gigabyte, 'production', 'pass', 32 * gigabyte, 'production'],
];

test.each(ram)('%d bytes of RAM for tier %s: %s', (totalBytes, tier, status, expected, reached) => {
  const facts = machine({ memory: { ...machine().memory, totalBytes } });
  const found = pick(assess(assessment({ facts, tier })), 'RAM_TOTAL');
  expect(found).toMatchObject({ status, expected, found: totalBytes, params: { reached, limited: false } });
});

test.each([
  [8 * gigabyte - 1, 'fail', 8 * gigabyte - 1, true],
  [64 * gigabyte, 'pass', 32 * gigabyte, false],
])('a cgroup limit of %d bytes on a machine with 32 GB: %s', (cgroupLimitBytes, status, found, limited) => {
  const facts = machine({ memory: { ...machine().memory, cgroupLimitBytes } });
  expect(pick(assess(assessment({ facts, tier: null })), 'RAM_TOTAL')).toMatchObject({
    status,
    found,
    params: { limited },
  });
});

const floor = (nominal: number) => Math.ceil(nominal * (1 - diskTierAllowance));

test.each([
  [floor(50 * gigabyte) - 1, null, 'fail', 50 * gigabyte, 'none'],
  [floor(50 * gigabyte), null, 'warn', 100 * gigabyte, 'minimum'],
  [floor(500 * gigabyte) - 1, 'production', 'fail', 500 * gigabyte, 'recommended'],
  [floor(500 * gigabyte), 'production', 'pass', 500 * gigabyte, 'production'],
] satisfies Row[])('disks of %d bytes for tier %s: %s', (sizeBytes, tier, status, expected, reached) => {
  const findings = assess(assessment({ disk: [budget({ sizeBytes })], tier }));
  expect(pick(findings, 'DISK_SPACE', 'tier')).toMatchObject({ status, expected, params: { reached } });
  // the budget is judged on its own
  expect(pick(findings, 'DISK_SPACE', '/').status).toBe('pass');
});

test.each([
  [8 * gigabyte - 1, null, 'warn', 8 * gigabyte, 'minimum'],
  [8 * gigabyte, null, 'pass', 8 * gigabyte, 'recommended'],
  [8 * gigabyte - 1, 'recommended', 'fail', 8 * gigabyte, 'minimum'],
  [8 * gigabyte, 'recommended', 'pass', 8 * gigabyte, 'recommended'],
  [23_034 * mebibyte, 'production', 'pass', 24 * gigabyte, 'production'],
  [0, 'minimum', 'pass', 0, 'minimum'],
] satisfies Row[])('%d bytes of VRAM for tier %s: %s', (vramBytes, tier, status, expected, reached) => {
  const facts = machine({ gpus: [{ ...gpu, vramBytes }] });
  const findings = assess(assessment({ facts, tier }));
  expect(pick(findings, 'GPU_VRAM')).toMatchObject({ status, expected, found: vramBytes, params: { reached } });
  expect(pick(findings, 'GPU_PRESENT').status).toBe('pass');
});

test.each([
  [null, 'warn'],
  ['minimum', 'pass'],
  ['recommended', 'fail'],
  ['production', 'fail'],
] as const)('no GPU at all, tier %s: present warns, VRAM %s', (tier, status) => {
  const facts = machine({ gpus: [], nvidia: { state: 'none', detail: '' } });
  const findings = assess(assessment({ facts, tier }));
  expect(pick(findings, 'GPU_PRESENT')).toMatchObject({ status: 'warn', found: 0, params: { cpuOnly: true } });
  expect(pick(findings, 'GPU_VRAM')).toMatchObject({ status, found: 0 });
  expect(findings.filter(({ code }) => code === 'GPU_UNREADABLE')).toEqual([]);
});

test('several GPUs: the largest counts, their memory is not summed', () => {
  const gpus = [
    { ...gpu, index: 0, vramBytes: 16 * gigabyte },
    { ...gpu, index: 1, vramBytes: 20 * gigabyte },
  ];
  const found = pick(assess(assessment({ facts: machine({ gpus }) })), 'GPU_VRAM');
  expect(found).toMatchObject({ status: 'fail', subject: '1', found: 20 * gigabyte });
});

test.each([
  ['recommended', 'fail'],
  [null, 'warn'],
] as const)('VRAM that nvidia-smi does not tell never reaches a tier (%s: %s)', (tier, status) => {
  const facts = machine({ gpus: [{ ...gpu, vramBytes: null, vramFreeBytes: null }] });
  const findings = assess(assessment({ facts, tier }));
  expect(pick(findings, 'GPU_VRAM')).toMatchObject({ status, found: null });
  expect(pick(findings, 'GPU_UNREADABLE')).toMatchObject({ status: 'warn', subject: '0', params: { reason: 'vram' } });
});

test.each(['timeout', 'error'] as const)('nvidia-smi in state %s is said', (state) => {
  const facts = machine({ gpus: [], nvidia: { state, detail: 'exit 9' } });
  const found = pick(assess(assessment({ facts, tier: null })), 'GPU_UNREADABLE');
  expect(found).toMatchObject({ status: 'warn', subject: 'nvidia-smi', params: { reason: state, detail: 'exit 9' } });
});
