import type { FindingStatus } from '../../installer/contract/findings.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { Notice, type NoticeKind } from './notice.tsx';

const kinds = {
  pass: 'success',
  warn: 'warning',
  accepted: 'custom',
  fail: 'danger',
} as const satisfies Record<FindingStatus, NoticeKind>;

/** What the checks amount to. Failures that somebody answers for are counted as such, and by whose name. */
export function CheckVerdict({ checked }: { checked: CheckResult }) {
  const texts = useTexts();
  const accepted = checked.findings.filter(({ status }) => status === 'accepted');
  const names = [...new Set(accepted.map(({ params }) => String(params.overriddenBy ?? '')))].join(', ');
  return (
    <Notice
      id={`readiness-${checked.status}`}
      kind={kinds[checked.status]}
      title={texts.t(`readiness.status.${checked.status}`)}
    >
      {accepted.length === 0 ? '' : texts.t('readiness.acceptedBy', { count: accepted.length, names })}
    </Notice>
  );
}
