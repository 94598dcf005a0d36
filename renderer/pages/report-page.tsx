import { Button } from '@patternfly/react-core';
import { useEffect } from 'react';
import { inDesktop, printToPdf } from '../client/desktop-port.ts';
import { useConnection } from '../client/use-connection.ts';
import { Busy } from '../components/busy.tsx';
import { CallProblem } from '../components/call-problem.tsx';
import { Card } from '../components/card.tsx';
import { Facts } from '../components/facts.tsx';
import { Fingerprint } from '../components/fingerprint.tsx';
import { Notice } from '../components/notice.tsx';
import { SaveField } from '../components/save-field.tsx';
import { useTexts } from '../i18n/use-texts.ts';
import { printReport } from '../state/print-report.ts';
import { useCall } from '../state/use-call.ts';
import { useWizard } from '../state/wizard.ts';
import { SecretsCard } from './secrets-card.tsx';

export function ReportPage() {
  const texts = useTexts();
  const { client } = useConnection();
  const { run, readOnly } = useWizard();
  const [page, start] = useCall<{ html: string; head: string }>();
  const [pdf, print] = useCall<string | null>();
  const id = run?.run ?? null;
  const outcome = run?.outcome ?? null;
  const finished = outcome !== null && outcome !== 'interrupted';
  const { language } = texts;
  useEffect(() => {
    if (client !== null && id !== null && finished)
      start((engine, signal) => engine.report.html({ run: id, lang: language }, { signal }));
  }, [client, id, finished, language, start]);
  if (run === null || !finished) return <p>{texts.t('report.none')}</p>;

  const name = `airgap-report-${run.run}`;
  const passed = run.smoke.filter(({ status }) => status === 'pass').length;
  const good = outcome === 'done' || outcome === 'unchanged';
  return (
    <>
      <Notice kind={good ? 'success' : 'danger'} title={texts.shared(`report.resultText.${outcome}`)} />
      <Card title={texts.shared('report.sections.summary')}>
        <Facts
          rows={[
            [texts.shared('report.labels.action'), texts.shared(`actions.${run.action ?? 'install'}`)],
            [texts.shared('report.labels.started'), run.startedAt === null ? '' : texts.date(run.startedAt)],
            [texts.shared('report.labels.duration'), run.ms === null ? '' : texts.duration(run.ms)],
            [
              texts.shared('report.sections.smoke'),
              texts.shared('counts.testsPassed', { passed, count: run.smoke.length }),
            ],
            [
              texts.shared('report.sections.overrides'),
              texts.number(run.findings.filter(({ status }) => status === 'accepted').length),
            ],
            [
              texts.shared('report.labels.run'),
              <span key="run" className="wz-mono">
                {run.run}
              </span>,
            ],
          ]}
        />
      </Card>
      {page.kind === 'busy' && <Busy label={texts.t('report.reading')} />}
      <CallProblem call={page} />
      {page.kind === 'done' && (
        <Card title={texts.t('report.head')}>
          <p>{texts.t('report.headHelp')}</p>
          <Fingerprint value={page.value.head} />
          <div className="wz-row">
            <Button
              id="print"
              variant="secondary"
              onClick={() =>
                inDesktop ? print(() => printToPdf(page.value.html, name)) : printReport(page.value.html)
              }
            >
              {texts.t(inDesktop ? 'report.pdf' : 'report.print')}
            </Button>
          </div>
          {pdf.kind === 'done' && pdf.value !== null && (
            <Notice kind="success" title={texts.t('save.done')}>
              <p className="wz-mono">{pdf.value}</p>
            </Notice>
          )}
        </Card>
      )}
      <Card title={texts.t('report.save')}>
        <SaveField
          id="report-folder"
          label={texts.t('report.folder')}
          help={texts.t('report.folderHelp')}
          button={texts.t('report.saveNow')}
          disabled={readOnly}
          save={(engine, dir) => engine.report.save({ dir })}
        />
      </Card>
      {run.action === 'install' && good && <SecretsCard />}
    </>
  );
}
