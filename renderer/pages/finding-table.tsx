import { Fragment } from 'react';
import type { Finding } from '../../installer/contract/findings.ts';
import { ElevateButton } from '../components/banners.tsx';
import { DataTable } from '../components/data-table.tsx';
import { StatusLabel } from '../components/status-label.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { OverrideEditor } from './override-editor.tsx';

/** Findings with what was asked for, what was found, what to do, and who answers for going on. */
export function FindingTable({ label, findings }: { label: string; findings: readonly Finding[] }) {
  const texts = useTexts();
  return (
    <DataTable
      label={label}
      columns={[
        texts.shared('report.labels.status'),
        texts.shared('report.labels.check'),
        texts.shared('report.labels.expected'),
        texts.shared('report.labels.found'),
      ]}
      widths={[15, 50, 15, 20]}
      rows={findings.map((finding) => {
        const { status } = finding;
        const text = texts.finding(finding);
        return {
          key: `${finding.code} ${finding.subject}`,
          cells: [
            <StatusLabel key="status" status={status} />,
            <Fragment key="title">
              {text.title}
              {finding.subject !== '' && finding.subject !== 'tier' && (
                <div className="wz-subtle wz-mono">{finding.subject}</div>
              )}
              {status !== 'pass' && <p className="wz-subtle">{text.remedy}</p>}
              {status !== 'pass' && finding.code === 'RIGHTS' && <ElevateButton />}
              <OverrideEditor finding={finding} />
            </Fragment>,
            text.expected || '—',
            text.found || '—',
          ],
        };
      })}
    />
  );
}
