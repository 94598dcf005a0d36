import { Button, Checkbox, Progress } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { Facts } from '../components/facts.tsx';
import { Fingerprint } from '../components/fingerprint.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { BundleContents } from './bundle-contents.tsx';

export function TrustPage() {
  const texts = useTexts();
  const { client } = useConnection();
  const { draft, opened, setOpened } = useWizard();
  const [call, start] = useCall<OpenedBundle>();
  const { bundle, root } = draft;

  useEffect(() => {
    if (client === null || opened?.view.dir === bundle) return;
    start((engine, signal) => engine.bundle.open({ dir: bundle, root }, { signal }), setOpened);
  }, [client, bundle, root, opened, setOpened, start]);

  return (
    <>
      {call.kind === 'busy' && <Busy label={texts.t('trust.checking')} />}
      {call.kind === 'failed' && call.error !== null && (
        <Notice kind="danger" title={texts.t('trust.refused')}>
          {texts.t('trust.refusedHelp')}
        </Notice>
      )}
      <CallProblem call={call} />
      {call.kind === 'failed' && (
        <div>
          <Button
            variant="secondary"
            onClick={() => start((engine, signal) => engine.bundle.open({ dir: bundle, root }, { signal }), setOpened)}
          >
            {texts.t('trust.again')}
          </Button>
        </div>
      )}
      {opened !== null && <Opened opened={opened} />}
    </>
  );
}

function Opened({ opened }: { opened: OpenedBundle }) {
  const texts = useTexts();
  const { draft, change } = useWizard();
  const { manifest, manifestDigest, signers, rootVersion } = opened.view;
  return (
    <>
      <Notice kind="success" title={texts.t('trust.valid')}>
        {texts.t('trust.validHelp')}
      </Notice>
      <Card title={texts.t('trust.what')}>
        <Facts
          rows={[
            [texts.shared('report.labels.product'), `${manifest.product.title} ${manifest.product.version}`],
            [texts.t('trust.summary'), texts.pick(opened.product.summary)],
            [texts.shared('report.labels.release'), texts.number(manifest.release)],
            [texts.t('trust.created'), texts.date(Date.parse(manifest.created))],
            [texts.shared('report.labels.rootVersion'), rootVersion === null ? '' : texts.number(rootVersion)],
            [
              texts.shared('report.labels.manifestDigest'),
              <span key="digest" className="wz-mono">
                {manifestDigest}
              </span>,
            ],
          ]}
        />
      </Card>
      <Card title={texts.t('trust.compare')}>
        <p>{texts.t('trust.compareHelp')}</p>
        <div>
          <strong>{texts.shared('report.labels.rootDigest')}</strong>
          <Fingerprint value={opened.rootDigest} />
        </div>
        {signers.map(({ role, fingerprint }) => (
          <div key={`${role} ${fingerprint}`}>
            <strong>{texts.t('trust.signer', { role: texts.shared(`report.roles.${role}`) })}</strong>
            <Fingerprint value={fingerprint} />
          </div>
        ))}
        <Checkbox
          id="compared"
          label={texts.t('trust.compared')}
          isChecked={draft.compared === manifestDigest}
          onChange={(_event, checked) => change((before) => ({ ...before, compared: checked ? manifestDigest : null }))}
        />
      </Card>
      <BundleContents opened={opened} />
      <EveryByte />
    </>
  );
}

function EveryByte() {
  const texts = useTexts();
  const { draft } = useWizard();
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [call, start] = useCall<true>();
  const verify = () =>
    start(async (engine, signal) => {
      const stream = await engine.bundle.verify({ dir: draft.bundle, root: draft.root }, { signal });
      let shown = 0;
      for await (const { done, total } of stream) {
        const now = performance.now();
        if (now - shown < 100) continue;
        shown = now;
        setProgress({ done, total });
      }
      return true;
    });
  return (
    <Card title={texts.t('trust.bytes')}>
      <p>{texts.t('trust.bytesHelp')}</p>
      <div>
        <Button variant="secondary" isDisabled={call.kind === 'busy'} onClick={verify}>
          {texts.t('trust.bytesNow')}
        </Button>
      </div>
      {call.kind === 'busy' && (
        <Progress
          value={progress.total === 0 ? 0 : (progress.done / progress.total) * 100}
          title={texts.t('trust.hashing')}
          label={texts.percent(progress.total === 0 ? 0 : progress.done / progress.total)}
          valueText={texts.t('progress.bytes', {
            done: texts.bytes(progress.done),
            total: texts.bytes(progress.total),
          })}
        />
      )}
      <CallProblem call={call} />
      {call.kind === 'done' && <Notice kind="success" title={texts.t('trust.bytesValid')} />}
    </Card>
  );
}
