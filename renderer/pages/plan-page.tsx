import { Button, Checkbox, Label } from '@patternfly/react-core';
import { Fragment, useEffect } from 'react';
import { isSettled } from '../../installer/contract/overridable.ts';
import type { PlanPreview } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { CheckVerdict } from '../components/check-verdict.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { type Draft, isCompared } from '../state/draft.ts';
import { planRequest } from '../state/install-request.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { BundleGate } from './bundle-gate.tsx';
import { DiskTable } from './disk-table.tsx';
import { FindingTable } from './finding-table.tsx';

interface PlanPageProps {
  /** Digest of the plan that was agreed to. */
  confirmed: string | null;
  onConfirm: (digest: string | null) => void;
}

export function PlanPage(props: PlanPageProps) {
  const { draft, opened } = useWizard();
  if (opened === null || !isCompared(draft, opened)) return <BundleGate />;
  return (
    <>
      <CheckedAgain />
      <Plan {...props} />
    </>
  );
}

/** What was typed on the page before decides about ports and addresses: judged before anybody agrees to the plan. */
function CheckedAgain() {
  const texts = useTexts();
  const { checked, checking, change } = useWizard();
  if (checking.kind === 'busy') return <Busy id="checking" label={texts.t('plan.checking')} />;
  if (checked === null) return <CallProblem call={checking} />;
  const failed = checked.findings.filter(({ status }) => status === 'fail');
  const accepted = checked.findings.filter(({ status }) => status === 'accepted');
  const shown = [...failed, ...accepted];
  const toMend = failed.length > 0 && failed.every(isSettled) ? 'configure' : 'readiness';
  return (
    <>
      <CheckVerdict checked={checked} />
      {shown.length > 0 && (
        <Card id="plan-findings" title={texts.t('plan.findings')}>
          <FindingTable label={texts.t('plan.findings')} findings={shown} />
          {failed.length > 0 && (
            <div>
              <Button variant="secondary" onClick={() => change((before) => ({ ...before, page: toMend }))}>
                {texts.t(toMend === 'configure' ? 'plan.toSettings' : 'plan.toReadiness')}
              </Button>
            </div>
          )}
        </Card>
      )}
    </>
  );
}

function Plan({ confirmed, onConfirm }: PlanPageProps) {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft, readOnly } = useWizard();
  const [call, start] = useCall<PlanPreview>();
  const request = JSON.stringify(planRequest(draft));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question makes the agreement to the last plan void
  useEffect(() => onConfirm(null), [request, onConfirm]);
  useEffect(() => {
    if (client !== null) start((engine, signal) => engine.plan.preview(JSON.parse(request), { signal }));
  }, [client, request, start]);

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
            <p id="plan-officer">{texts.t('plan.officer', { name: namedOfficer(draft) })}</p>
            <Checkbox
              id="confirmed"
              label={texts.t('plan.confirm')}
              isDisabled={readOnly}
              isChecked={confirmed === call.value.digest}
              onChange={(_event, checked) => onConfirm(checked ? call.value.digest : null)}
            />
          </Card>
        </>
      )}
    </>
  );
}

function namedOfficer({ officer: { name, office } }: Draft): string {
  return [name, office]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(', ');
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
