import { expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { type FindingCode, findingCodes } from '../../installer/contract/findings.ts';
import { overridableCodes } from '../../installer/contract/overridable.ts';
import { assess } from '../../installer/preflight/assess.ts';
import { preflightError } from '../../installer/preflight/preflight-error.ts';
import { assessment, budget, gigabyte, machine, pick } from './samples.ts';

const decision = (code: FindingCode) => ({ code, justification: 'pilot site, two users', by: 'irina' });

test('an overridden failure stays a failure: accepted, by whom and why, neither passed nor a warning', () => {
  const facts = machine({ cpu: { ...machine().cpu, usableCores: 2 } });
  const findings = assess(assessment({ facts, overrides: [decision('CPU_CORES')] }));
  expect(pick(findings, 'CPU_CORES')).toMatchObject({
    status: 'accepted',
    expected: 16,
    found: 2,
    params: { overriddenBy: 'irina', justification: 'pilot site, two users' },
  });
  expect(preflightError(findings)).toBeUndefined();
  // control: without the decision it blocks
  expect(preflightError(assess(assessment({ facts })))?.code).toBe('PREFLIGHT_FAILED');
});

test('an override touches only its own code, and nothing that passes', () => {
  const facts = machine({ memory: { ...machine().memory, totalBytes: gigabyte } });
  const findings = assess(assessment({ facts, overrides: [decision('CPU_CORES')] }));
  expect(pick(findings, 'RAM_TOTAL').status).toBe('fail');
  expect(pick(findings, 'CPU_CORES')).toMatchObject({ status: 'pass' });
  expect(pick(findings, 'CPU_CORES').params).not.toHaveProperty('overriddenBy');
});

test('the tier of the disk can be overridden, room that is really missing cannot', () => {
  const disk = [budget({ sizeBytes: 40 * gigabyte, availableBytes: 30 * gigabyte })];
  const findings = assess(assessment({ disk, overrides: [decision('DISK_SPACE')] }));
  expect(pick(findings, 'DISK_SPACE', 'tier').status).toBe('accepted');
  expect(pick(findings, 'DISK_SPACE', '/').status).toBe('fail');
  expect(preflightError(findings)?.code).toBe('DISK_TOO_SMALL');
});

test.each(
  findingCodes.filter((code) => !overridableCodes.some((each) => each === code)),
)('%s cannot be overridden', (code) => {
  expect(() => assess(assessment({ overrides: [decision(code)] }))).toThrow(
    expect.objectContaining({ code: 'USAGE', found: code }) as InstallerError,
  );
});

test('what the installation stands on is not in the list', () => {
  expect([...overridableCodes].sort()).toEqual(
    ['CLOCK', 'CPU_CORES', 'DISK_SPACE', 'GPU_PRESENT', 'GPU_UNREADABLE', 'GPU_VRAM', 'MODEL_FIT', 'RAM_TOTAL'].sort(),
  );
});

test('a decision without a reason is refused', () => {
  const blank = { ...decision('CPU_CORES'), justification: '  ' };
  expect(() => assess(assessment({ overrides: [blank] }))).toThrow(InstallerError);
});

test('what was decided about one finding covers no worse one, and no other of its code', () => {
  const cores = (usableCores: number) => machine({ cpu: { ...machine().cpu, usableCores } });
  const seen = [{ subject: '', expected: 16, found: 8 }];
  const statusOn = (usableCores: number, decided = { ...decision('CPU_CORES'), seen }) =>
    pick(assess(assessment({ facts: cores(usableCores), overrides: [decided] })), 'CPU_CORES').status;
  const accepted = statusOn(8);
  expect(accepted).not.toBe('fail');
  expect(statusOn(9)).toBe(accepted);
  expect(statusOn(2)).toBe('fail');
  const of = (change: Partial<(typeof seen)[number]>) => [{ subject: '', expected: 16, found: 8, ...change }];
  expect(statusOn(8, { ...decision('CPU_CORES'), seen: of({ subject: '1' }) })).toBe('fail');
  expect(statusOn(8, { ...decision('CPU_CORES'), seen: of({ expected: 12 }) })).toBe('fail');
  expect(statusOn(8, { ...decision('CPU_CORES'), seen: [] })).toBe('fail');
  // positive control: a decision that names no finding, as a script's, covers whatever its code finds
  expect(pick(assess(assessment({ facts: cores(2), overrides: [decision('CPU_CORES')] })), 'CPU_CORES').status).toBe(
    accepted,
  );
});
