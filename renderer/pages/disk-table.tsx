import type { DiskBudgetView } from '../../installer/contract/budgets.ts';
import { DataTable } from '../components/data-table.tsx';
import { StatusLabel } from '../components/status-label.tsx';
import type { WizardKey } from '../i18n/texts.ts';
import { useTexts } from '../i18n/use-texts.ts';

const purposes: Readonly<Record<string, WizardKey>> = {
  registry: 'disk.registry',
  images: 'disk.images',
  model: 'disk.model',
  release: 'disk.release',
};

/** What each file system gets and what it has. */
export function DiskTable({ budgets }: { budgets: readonly DiskBudgetView[] }) {
  const texts = useTexts();
  return (
    <DataTable
      label={texts.t('plan.disk')}
      columns={[
        texts.shared('report.labels.mount'),
        texts.t('disk.contents'),
        texts.t('disk.needed'),
        texts.shared('report.labels.available'),
        texts.shared('report.labels.status'),
      ]}
      rows={budgets.map((budget) => ({
        key: budget.mountPoint,
        cells: [
          <span key="mount" className="wz-mono">
            {budget.mountPoint}
          </span>,
          <ul key="contents">
            {budget.contents.map(({ purpose, bytes }, index) => {
              const key = purposes[purpose];
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a purpose may occur twice, the order is fixed
                <li key={index}>
                  {key === undefined ? purpose : texts.t(key)}: {texts.bytes(bytes)}
                </li>
              );
            })}
          </ul>,
          texts.bytes(budget.neededBytes),
          texts.bytes(budget.availableBytes),
          <StatusLabel key="status" status={budget.neededBytes <= budget.availableBytes ? 'pass' : 'fail'} />,
        ],
      }))}
    />
  );
}
