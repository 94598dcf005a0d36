import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { FailedRun } from './failed-run.tsx';
import { LogDrawer } from './log-drawer.tsx';
import { RunProgress } from './run-progress.tsx';
import { StepTimeline } from './step-timeline.tsx';

export function InstallPage() {
  const texts = useTexts();
  const { client } = useConnection();
  const { run, readOnly } = useWizard();
  const [asking, setAsking] = useState(false);
  const [call, start] = useCall<{ cancelled: boolean }>();
  // Of which run: the next one can be cancelled as well.
  const [cancelled, setCancelled] = useState<string | null>(null);
  if (run === null) return <p>{texts.t('install.none')}</p>;
  const { outcome } = run;
  const cancelling = cancelled === run.run && outcome === null && call.kind !== 'failed';
  return (
    <>
      {run.steps.length === 0 && outcome === null && <Busy label={texts.t('install.connecting')} />}
      {outcome === null && <RunProgress run={run} />}
      {(outcome === 'done' || outcome === 'unchanged') && (
        <Notice kind="success" title={texts.t(`install.ended.${run.action ?? 'install'}.${outcome}`)}>
          {run.ms === null ? '' : texts.t('install.took', { time: texts.duration(run.ms) })}
        </Notice>
      )}
      {(outcome === 'failed' || outcome === 'cancelled' || outcome === 'interrupted') && <FailedRun run={run} />}
      <CallProblem call={call} />
      {outcome === null && (
        <div className="wz-row">
          <Button
            id="cancel"
            variant="secondary"
            isDanger
            isDisabled={readOnly || cancelling || client === null}
            onClick={() => setAsking(true)}
          >
            {texts.t('install.cancel')}
          </Button>
          {cancelling && <Busy label={texts.shared('cli.cancelling')} />}
        </div>
      )}
      <StepTimeline run={run} />
      <LogDrawer lines={run.log} />
      <Modal
        variant="small"
        isOpen={asking && outcome === null}
        onEscapePress={() => setAsking(false)}
        aria-labelledby="cancel-title"
        aria-describedby="cancel-text"
      >
        <ModalHeader title={texts.t('install.cancelTitle')} labelId="cancel-title" />
        <ModalBody id="cancel-text" className="wz-gap">
          <p>{texts.t('install.cancelStep')}</p>
          <p>{texts.t('install.cancelLeaves')}</p>
          <p>{texts.t('install.cancelAgain')}</p>
        </ModalBody>
        <ModalFooter>
          <Button
            variant="danger"
            onClick={() => {
              setAsking(false);
              setCancelled(run.run);
              start((engine) => engine.runs.cancel({ run: run.run }));
            }}
          >
            {texts.t('install.cancelYes')}
          </Button>
          <Button variant="link" onClick={() => setAsking(false)}>
            {texts.t('install.cancelNo')}
          </Button>
        </ModalFooter>
      </Modal>
    </>
  );
}
