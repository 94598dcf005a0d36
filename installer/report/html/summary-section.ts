import { html, type Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { ReportDocument, ReportEvidence, ReportResult } from '../../contract/report.ts';
import { badge, facts, mono, paragraph, section, type Tone, table } from './blocks.ts';

export const toneOf: Readonly<Record<ReportResult, Tone>> = {
  done: 'good',
  unchanged: 'good',
  failed: 'bad',
  cancelled: 'warn',
  running: 'plain',
};

export function summarySection({ run, evidence, summary }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  const passed = summary.smoke.filter(({ status }) => status === 'pass').length;
  const accepted = summary.findings.filter(({ status }) => status === 'accepted');
  const warnings = summary.findings.filter(({ status }) => status === 'warn').length;
  const result = badge(t(`report.resultText.${summary.result}`), toneOf[summary.result]);
  const counts = [
    summary.smoke.length > 0 ? t('counts.testsPassed', { passed, count: summary.smoke.length }) : '',
    accepted.length > 0 ? t('counts.acceptedFailures', { count: accepted.length }) : '',
    warnings > 0 ? t('counts.warnings', { count: warnings }) : '',
  ].filter((part) => part !== '');
  return section(
    t('report.sections.summary'),
    html`<p class="result">${result}${counts.length > 0 ? html`<small>${counts.join(' · ')}</small>` : null}</p>`,
    accepted.length === 0
      ? null
      : table(
          [t('report.labels.accepted'), t('report.labels.by'), t('report.labels.reason')],
          accepted.map((finding) => [
            badge(text.finding(finding).title, 'taken'),
            String(finding.params.overriddenBy ?? ''),
            String(finding.params.justification ?? ''),
          ]),
        ),
    facts([
      [t('report.labels.product'), evidence.bundle && `${evidence.bundle.title} ${evidence.bundle.version}`],
      [t('report.labels.release'), evidence.bundle && text.number(evidence.bundle.release)],
      [t('report.labels.hostname'), evidence.host.hostname],
      [t('report.labels.who'), evidence.who],
      [t('report.labels.officer'), officerOf(evidence, text)],
      [t('report.labels.rootCame'), rootOf(evidence, text)],
      [t('report.labels.started'), text.date(summary.started)],
      [t('report.labels.finished'), text.date(summary.finished)],
      [t('report.labels.duration'), text.duration(summary.finished - summary.started)],
      [t('report.labels.installer'), evidence.installer.version],
      [t('report.labels.run'), mono(run)],
    ]),
  );
}

/** null: a report of an older version, which did not ask. */
function officerOf({ officer }: ReportEvidence, { t }: Localiser): string | null {
  if (officer === undefined) return null;
  if (officer === null) return t('report.texts.noOfficer');
  return [officer.name, officer.office].filter((part) => part !== '').join(', ');
}

function rootOf({ root }: ReportEvidence, { t }: Localiser): string | null {
  if (root === undefined) return null;
  return t(`report.rootCame.${root.came}${root.compared ? 'Compared' : 'Unsaid'}`);
}

/** What stopped the run, with its remedy; nothing when it was not stopped. */
export function problemSection({ summary: { error } }: ReportDocument, text: Localiser): Markup | null {
  if (error === null) return null;
  const { t } = text;
  const { title, cause, remedy } = text.error(error);
  return section(
    t('report.sections.problem'),
    html`<div class="problem"><h3>${title}</h3>${paragraph(cause)}${facts([
      [t('report.labels.code'), mono(error.code)],
      [t('report.labels.expected'), error.expected ?? null],
      [t('report.labels.found'), error.found ?? null],
    ])}<p><strong>${t('report.labels.remedy')}:</strong> ${remedy}</p>${
      error.detail === undefined ? null : html`<small>${t('report.texts.technical')}: ${mono(error.detail)}</small>`
    }</div>`,
  );
}

export function stepsSection({ summary }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  return section(
    t('report.sections.steps'),
    table(
      [t('report.labels.step'), t('report.labels.outcome'), t('report.labels.duration')],
      summary.steps.map(({ step, outcome, ms }) => [
        text.step(step),
        badge(t(`outcomes.${outcome}`), toneOf[outcome]),
        ms === null ? '' : text.duration(ms),
      ]),
    ),
  );
}
