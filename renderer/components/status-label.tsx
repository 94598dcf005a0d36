import { Label } from '@patternfly/react-core';
import type { FindingStatus } from '../../installer/contract/findings.ts';
import { useTexts } from '../i18n/use-texts.ts';

const looks = {
  pass: 'success',
  warn: 'warning',
  accepted: 'custom',
  fail: 'danger',
} as const satisfies Record<FindingStatus, 'success' | 'warning' | 'custom' | 'danger'>;

/** Colour, picture and word together: none of them alone carries the meaning. */
export function StatusLabel({ status }: { status: FindingStatus }) {
  const texts = useTexts();
  return (
    <Label status={looks[status]} variant="outline">
      {texts.shared(`statuses.${status}`)}
    </Label>
  );
}
