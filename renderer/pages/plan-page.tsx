import { Checkbox, Label } from '@patternfly/react-core';
import { Fragment, useEffect } from 'react';
import type { PlanPreview } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { planRequest } from '../state/install-request.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { DiskTable } from './disk-table.tsx';

interface PlanPageProps {
  /** Digest of the plan that was agreed to. */
  confirmed: string | null;
  onConfirm: (digest: string | null) => void;
}

export function PlanPage({ confirmed, onConfirm }: PlanPageProps) {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft } = useWizard();
  const [call, start] = useCall<PlanPreview>();
  useEffect(() => {
    if (client !== null) start((engine, signal) => engine.plan.preview(planRequest(draft), { signal }));
  }, [client, draft, start]);

  return (
    <>
      {call.kind === 'busy' && <Busy label={texts.t('plan.making')} />}
      <CallProblem call={call} />
      {call.kind === 'done' && (
        <>
          <PlanSteps plan={call.value} />
          <Card title={texts.t('plan.disk')}>
            <DiskTable budgets={call.value.disk} />
          </Card>
          <Card title={texts.t('plan.confirmTitle')}>
            <p>{texts.t('plan.confirmHelp')}</p>
            <Checkbox
              id="confirmed"
              label={texts.t('plan.confirm')}
              isChecked={confirmed === call.value.digest}
              onChange={(_event, checked) => onConfirm(checked ? call.value.digest : null)}
            />
          </Card>
        </>
      )}
    </>
  );
}

function PlanSteps({ plan }: { plan: PlanPreview }) {
  const texts = useTexts();
  const { pointOfNoReturn } = plan;
  return (
    <Card title={texts.t('plan.steps')}>
      <Notice
        kind={pointOfNoReturn === null ? 'info' : 'warning'}
        title={
          pointOfNoReturn === null
            ? texts.t('plan.allReversible')
            : texts.t('plan.pointOfNoReturn', { step: texts.step(pointOfNoReturn) })
        }
      >
        {pointOfNoReturn === null ? '' : texts.t('plan.pointHelp')}
      </Notice>
      <DataTable
        label={texts.t('plan.steps')}
        columns={[
          texts.t('plan.number'),
          texts.shared('report.labels.step'),
          texts.t('plan.changes'),
          texts.t('plan.canBeTakenBack'),
        ]}
        widths={[10, 30, 40, 20]}
        rows={plan.steps.map(({ id, looksOnly, reversible }, index) => {
          const changes = plan.changes.filter(({ step }) => step === id);
          return {
            key: id,
            cells: [
              texts.number(index + 1),
              <Fragment key="step">
                {texts.step(id)}
                {id === pointOfNoReturn && (
                  <div>
                    <Label status="warning">{texts.t('plan.here')}</Label>
                  </div>
                )}
              </Fragment>,
              changes.length === 0 ? (
                <span key="changes" className="wz-subtle">
                  {looksOnly ? texts.t('plan.nothing') : '—'}
                </span>
              ) : (
                <ul key="changes">
                  {changes.map(({ text }) => (
                    <li key={text.en}>{texts.pick(text)}</li>
                  ))}
                </ul>
              ),
              looksOnly ? '' : texts.shared(reversible ? 'report.yes' : 'report.no'),
            ],
          };
        })}
      />
    </Card>
  );
}
