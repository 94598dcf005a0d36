import { SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useState } from 'react';
import type { Finding, FindingStatus } from '../../installer/contract/findings.ts';
import { Card } from '../components/card.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { FindingTable } from './finding-table.tsx';

const worstFirst = ['fail', 'accepted', 'warn', 'pass'] as const satisfies readonly FindingStatus[];

/** All findings in groups, worst first; each with what was asked for, what was found, and what to do. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  const texts = useTexts();
  const [filter, setFilter] = useState('');
  const [only, setOnly] = useState<FindingStatus | null>(null);
  const wanted = filter.trim().toLocaleLowerCase(texts.language);
  const shown = findings.filter((finding) => {
    const { title } = texts.finding(finding);
    return `${title} ${finding.subject} ${finding.code}`.toLocaleLowerCase(texts.language).includes(wanted);
  });
  return (
    <Card title={texts.t('readiness.findings')}>
      <div className="wz-row">
        <SearchInput
          className="wz-grow"
          value={filter}
          aria-label={texts.t('readiness.filter')}
          placeholder={texts.t('readiness.filter')}
          resetButtonLabel={texts.t('readiness.clear')}
          onChange={(_event, value) => setFilter(value)}
          onClear={() => setFilter('')}
        />
        <ToggleGroup aria-label={texts.shared('report.labels.status')}>
          {([null, ...worstFirst] as const).map((status) => (
            <ToggleGroupItem
              key={status ?? 'all'}
              text={texts.t(`readiness.only.${status ?? 'all'}`)}
              buttonId={`only-${status ?? 'all'}`}
              isSelected={only === status}
              onChange={() => setOnly(status)}
            />
          ))}
        </ToggleGroup>
      </div>
      {worstFirst
        .filter((status) => only === null || only === status)
        .map((status) => (
          <FindingGroup key={status} status={status} findings={shown.filter((each) => each.status === status)} />
        ))}
      {shown.length === 0 && <p>{texts.t('readiness.nothing')}</p>}
    </Card>
  );
}

function FindingGroup({ status, findings }: { status: FindingStatus; findings: readonly Finding[] }) {
  const texts = useTexts();
  if (findings.length === 0) return null;
  const label = texts.t(`readiness.group.${status}`, { count: findings.length });
  return (
    <div>
      <h3>{label}</h3>
      <FindingTable label={label} findings={findings} />
    </div>
  );
}
