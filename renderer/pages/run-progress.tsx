import { Progress } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { Card } from '../components/card.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import type { RunState } from '../state/run-state.ts';

/** Spoken at most this often. */
const spokenMs = 15_000;

/** How far the whole is and what is being done at this moment. */
export function RunProgress({ run }: { run: RunState }) {
  const texts = useTexts();
  const { progress, fraction, etaMs, rate } = run;
  const current = run.steps.find(({ status }) => status === 'running');
  const step = current === undefined ? '' : texts.step(current.info.id);
  const eta =
    etaMs === null
      ? texts.t('install.etaUnknown')
      : run.late
        ? texts.t('install.late')
        : texts.t('install.eta', { time: texts.remaining(etaMs) });
  const amount =
    progress === null || progress.total === 0
      ? ''
      : progress.unit === 'bytes'
        ? texts.t('progress.bytes', { done: texts.bytes(progress.done), total: texts.bytes(progress.total) })
        : texts.t('progress.items', { done: texts.number(progress.done), total: texts.number(progress.total) });
  return (
    <Card title={texts.t('install.progress')}>
      <Progress
        id="overall"
        value={fraction * 100}
        title={step === '' ? texts.t('install.starting') : step}
        label={texts.percent(fraction)}
        valueText={texts.percent(fraction)}
        size="lg"
      />
      <p className="wz-row">
        <span>{eta}</span>
        <span>{amount}</span>
        <span>{rate.bytesPerSecond === null ? '' : texts.rate(rate.bytesPerSecond)}</span>
      </p>
      <p className="wz-mono wz-subtle">{progress?.what ?? '\u00a0'}</p>
      <Spoken text={texts.t('install.spoken', { step, percent: texts.percent(fraction) })} now={step} />
    </Card>
  );
}

/** Tells a screen reader how it goes: at once when `now` changes, otherwise every 15 s and not at each event. */
function Spoken({ text, now }: { text: string; now: string }) {
  const newest = useRef(text);
  newest.current = text;
  const [said, setSaid] = useState(text);
  useEffect(() => {
    if (now !== '') setSaid(newest.current);
    const timer = setInterval(() => setSaid(newest.current), spokenMs);
    return () => clearInterval(timer);
  }, [now]);
  return (
    <p className="wz-sr" aria-live="polite">
      {said}
    </p>
  );
}
