import { Label } from '@patternfly/react-core';
import type { ServiceState } from '../../installer/contract/events.ts';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Notice } from '../components/notice.tsx';
import { StatusLabel } from '../components/status-label.tsx';
import type { Texts } from '../i18n/texts.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { useWizard } from '../state/wizard.ts';

const looks: Readonly<Record<ServiceState['state'], 'success' | 'info' | 'danger' | 'warning'>> = {
  creating: 'info',
  starting: 'info',
  healthy: 'success',
  running: 'success',
  unhealthy: 'danger',
  exited: 'warning',
  removed: 'warning',
};

/** A tenth is all that is worth saying. */
function speedWords(texts: Texts, speed: number) {
  const rounded = Math.round(speed * 10) / 10;
  return { count: rounded, tokens: texts.number(rounded) };
}

export function TestsPage() {
  const texts = useTexts();
  const { run } = useWizard();
  if (run === null || (run.services.length === 0 && run.smoke.length === 0)) return <p>{texts.t('tests.none')}</p>;
  const failed = run.smoke.filter(({ status }) => status === 'fail');
  const passed = run.smoke.length - failed.length;
  // The last one that was measured is the served model's: what the users will get.
  const speed = run.smoke.map(({ params }) => params.tokensPerSecond).findLast((value) => typeof value === 'number');
  const detailed = run.services.some(({ detail }) => detail !== '');
  return (
    <>
      <Notice
        kind={run.smoke.length === 0 ? 'info' : failed.length === 0 ? 'success' : 'danger'}
        title={texts.t('tests.passed', {
          result: texts.shared('counts.testsPassed', { passed, count: run.smoke.length }),
        })}
      >
        {typeof speed === 'number' ? texts.t('tests.speed', speedWords(texts, speed)) : ''}
      </Notice>
      {failed.map(({ id, error, title }) =>
        error === null ? null : <ErrorAlert key={id} error={error} title={texts.pick(title)} />,
      )}
      <Card title={texts.t('tests.smoke')}>
        <DataTable
          label={texts.t('tests.smoke')}
          columns={[
            texts.shared('report.labels.status'),
            texts.shared('report.labels.test'),
            texts.shared('report.labels.expected'),
            texts.shared('report.labels.measured'),
            texts.shared('report.labels.duration'),
          ]}
          widths={[15, 30, 20, 20, 15]}
          rows={run.smoke.map((result) => ({
            key: result.id,
            cells: [
              <StatusLabel key="status" status={result.status} />,
              texts.pick(result.title),
              result.expected,
              result.measured,
              texts.duration(result.ms),
            ],
          }))}
        />
      </Card>
      {run.services.length > 0 && (
        <Card title={texts.shared('report.sections.services')}>
          <DataTable
            label={texts.shared('report.sections.services')}
            columns={[
              texts.shared('report.labels.service'),
              texts.shared('report.labels.state'),
              ...(detailed ? [texts.shared('report.labels.detail')] : []),
            ]}
            rows={run.services.map(({ service, state, detail }) => ({
              key: service,
              cells: [
                service,
                <Label key="state" status={looks[state]} variant="outline">
                  {texts.shared(`serviceStates.${state}`)}
                </Label>,
                detail,
              ],
            }))}
          />
        </Card>
      )}
    </>
  );
}
