import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { takesAway } from '../../installer/contract/takes-away.ts';
import type { EngineClient } from '../client/transport.ts';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Notice } from '../components/notice.tsx';
import { SaveField } from '../components/save-field.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { installRequest } from '../state/install-request.ts';
import type { RunState } from '../state/run-state.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';

/** What went wrong, what was left, and the three ways on. */
export function FailedRun({ run }: { run: RunState }) {
  const texts = useTexts();
  const { draft, readOnly, showRun, site } = useWizard();
  const [asking, setAsking] = useState(false);
  const [call, start] = useCall<{ run: string }>();
  const failed = run.steps.find(({ status }) => status === 'failed');
  const error = failed?.error ?? run.error;
  const mayRetry = run.action !== 'install' || draft.confirmed !== null;
  const again = (engine: EngineClient) => {
    if (run.action === 'smoke') return engine.runs.startSmoke();
    if (run.action === 'rollBack') return engine.runs.rollBack();
    if (run.action === 'uninstall') return engine.runs.startUninstall({ removeData: false });
    // The button is off without it; the engine would refuse the request.
    if (draft.confirmed === null) throw new Error('nothing was confirmed');
    return engine.runs.startInstall(installRequest(draft, draft.confirmed));
  };
  const retry = () => start(again, (next) => showRun(next.run));
  return (
    <>
      {run.outcome === 'cancelled' || run.outcome === 'interrupted' ? (
        <Notice kind="warning" title={texts.t(`install.outcome.${run.outcome}`)}>
          {texts.t(takesAway(run.action) ? 'install.keptRemoval' : 'install.kept')}
        </Notice>
      ) : error === null ? (
        <Notice kind="danger" title={texts.t('install.outcome.failed')} />
      ) : (
        <ErrorAlert
          error={error}
          {...(failed === undefined
            ? {}
            : {
                title: texts.t('install.failedStep', {
                  step: texts.step(failed.info.id),
                  title: texts.error(error).title,
                }),
              })}
        />
      )}
      <Card title={texts.t('failed.whatNow')}>
        <div className="wz-row">
          <Button id="again" isDisabled={readOnly || !mayRetry || call.kind === 'busy'} onClick={retry}>
            {texts.t(run.outcome === 'failed' ? 'failed.retry' : 'failed.resume')}
          </Button>
          {run.action === 'install' && site?.installed == null && (
            <Button
              id="roll-back"
              variant="secondary"
              isDisabled={readOnly || call.kind === 'busy'}
              onClick={() => setAsking(true)}
            >
              {texts.t('failed.rollBack')}
            </Button>
          )}
        </div>
        <p className="wz-subtle">{texts.t(mayRetry ? 'failed.help' : 'failed.chooseFirst')}</p>
        <CallProblem call={call} />
        <SaveField
          id="support-folder"
          label={texts.t('failed.support')}
          help={texts.t('failed.supportHelp')}
          button={texts.t('failed.supportSave')}
          disabled={readOnly}
          save={async (client, dir) => ({ files: [(await client.support.save({ dir })).file] })}
        />
      </Card>
      <Modal
        variant="small"
        isOpen={asking}
        onEscapePress={() => setAsking(false)}
        aria-labelledby="rollback-title"
        aria-describedby="rollback-text"
      >
        <ModalHeader title={texts.t('failed.rollBackTitle')} labelId="rollback-title" />
        <ModalBody id="rollback-text">{texts.t('failed.rollBackHelp')}</ModalBody>
        <ModalFooter>
          <Button
            id="roll-back-yes"
            variant="danger"
            onClick={() => {
              setAsking(false);
              start(
                (engine) => engine.runs.rollBack(),
                (next) => showRun(next.run),
              );
            }}
          >
            {texts.t('failed.rollBack')}
          </Button>
          <Button variant="link" onClick={() => setAsking(false)}>
            {texts.t('actions.back')}
          </Button>
        </ModalFooter>
      </Modal>
    </>
  );
}
