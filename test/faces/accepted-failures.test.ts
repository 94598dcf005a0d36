import { expect, test } from 'vitest';
import { localiser } from '../../installer/base/localise.ts';
import { type Finding, findingStatus } from '../../installer/contract/findings.ts';
import { languages } from '../../installer/contract/texts.ts';
import { describeFinding } from '../../installer/faces/cli/describe.ts';
import { worstStatus } from '../../installer/preflight/worst-first.ts';

const finding = (status: Finding['status']): Finding => ({
  ...{ code: 'CPU_CORES' as const, status, subject: '', unit: 'cores' as const, expected: 16, found: 2 },
  params: { overriddenBy: 'I. Petrova', justification: 'Trial for one user' },
});

test.each(languages)('the command line names who answers for a failed check, in %s', (language) => {
  const text = localiser(language);
  const line = describeFinding(text, finding('accepted'));
  for (const part of ['I. Petrova', 'Trial for one user', text.t('statuses.accepted')]) expect(line).toContain(part);
  // Control: a plain warning names nobody.
  expect(describeFinding(text, finding('warn'))).not.toContain('I. Petrova');
});

test('an accepted failure weighs more than any warning and less than what blocks', () => {
  const states = findingStatus.options;
  expect(worstStatus(['warn', 'accepted', 'pass'].map((status) => finding(status as Finding['status'])))).toBe(
    'accepted',
  );
  expect(worstStatus(states.map(finding))).toBe('fail');
  expect(worstStatus([finding('warn'), finding('pass')])).toBe('warn');
  expect(worstStatus([])).toBe('pass');
});
