import { expect, test } from 'vitest';
import { reportEvidence } from '../../installer/contract/report.ts';
import { override } from '../../installer/contract/requests.ts';
import { evidence } from '../report/sample.ts';

const because = (justification: string) => ({ code: 'CPU_CORES' as const, justification });

test('a row of one letter is no reason for going on, and a report in which one stands stays readable', () => {
  expect(override.safeParse(because('xxxxxxxxxxxx')).success).toBe(false);
  expect(override.safeParse(because('Einverstanden')).success).toBe(false);
  expect(override.safeParse(because('a trial for one user')).success).toBe(true);
  expect(reportEvidence.safeParse({ ...evidence, overrides: [because('xxxxxxxxxxxx')] }).success).toBe(true);
  // Control: what was never allowed makes a report unreadable as before.
  expect(reportEvidence.safeParse({ ...evidence, overrides: [because('short')] }).success).toBe(false);
});
