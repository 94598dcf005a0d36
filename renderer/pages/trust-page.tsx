import { Button, Progress } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import type { EngineClient } from '../client/transport.ts';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { Facts } from '../components/facts.tsx';
import { Notice } from '../components/notice.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { paths } from '../state/draft.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { BundleContents } from './bundle-contents.tsx';
import { BundleGate } from './bundle-gate.tsx';
import { BundleNotices } from './bundle-notices.tsx';
import { SbomPage } from './sbom-page.tsx';
import { SignersCard } from './signers-card.tsx';
import { TrustVerdict } from './trust-verdict.tsx';

export function TrustPage() {
  const { opened } = useWizard();
  return (
    <>
      <BundleGate />
      {opened !== null && <Opened opened={opened} />}
    </>
  );
}

/** The bundle, or one of its lists of components in its place: what goes on there, goes on while one reads. */
function Opened({ opened }: { opened: OpenedBundle }) {
  const [sbom, setSbom] = useState<string | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (sbom === null) opener.current?.focus();
  }, [sbom]);
  return (
    <>
      {sbom !== null && <SbomPage path={sbom} onBack={() => setSbom(null)} />}
      <div className="wz-pane" hidden={sbom !== null}>
        <Bundle
          opened={opened}
          onSbom={(path, from) => {
            opener.current = from;
            setSbom(path);
          }}
        />
      </div>
    </>
  );
}

interface BundleProps {
  opened: OpenedBundle;
  onSbom: (path: string, from: HTMLElement) => void;
}

function Bundle({ opened, onSbom }: BundleProps) {
  const texts = useTexts();
  const { manifest, manifestDigest, rootVersion } = opened.view;
  return (
    <>
      <TrustVerdict opened={opened} />
      <BundleNotices opened={opened} />
      <Card title={texts.t('trust.what')}>
        <Facts
          rows={[
            [texts.shared('report.labels.product'), `${manifest.product.title} ${manifest.product.version}`],
            [texts.t('trust.summary'), texts.pick(opened.product.summary)],
            [texts.shared('report.labels.release'), texts.number(manifest.release)],
            [texts.t('trust.created'), texts.date(Date.parse(manifest.created))],
            ...(manifest.expires === undefined
              ? []
              : [[texts.t('trust.expires'), texts.date(Date.parse(manifest.expires))] as const]),
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
      <SignersCard opened={opened} />
      <BundleContents opened={opened} onSbom={onSbom} />
      <EveryByte />
    </>
  );
}

function EveryByte() {
  const texts = useTexts();
  const { draft, setDamaged } = useWizard();
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [call, start] = useCall<true>();
  const readAll = async (engine: EngineClient, signal: AbortSignal): Promise<true> => {
    const stream = await engine.bundle.verify(paths(draft), { signal });
    let shown = 0;
    for await (const { done, total } of stream) {
      const now = performance.now();
      if (now - shown < 100) continue;
      shown = now;
      setProgress({ done, total });
    }
    return true;
  };
  const verify = () => start(readAll, () => setDamaged(false));
  const refused = call.kind === 'failed' && call.error !== null;
  const problem = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!refused) return;
    setDamaged(true);
    // Below the fold behind the buttons nobody would see it.
    problem.current?.scrollIntoView({ block: 'center' });
  }, [refused, setDamaged]);
  return (
    <Card id="bytes" title={texts.t('trust.bytes')}>
      <p>{texts.t('trust.bytesHelp')}</p>
      <div>
        <Button id="every-byte" variant="secondary" isDisabled={call.kind === 'busy'} onClick={verify}>
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
      <div ref={problem}>
        <CallProblem call={call} />
      </div>
      {call.kind === 'done' && <Notice id="every-byte-valid" kind="success" title={texts.t('trust.bytesValid')} />}
    </Card>
  );
}
