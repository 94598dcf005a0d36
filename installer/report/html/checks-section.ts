import { html, type Markup } from '../../base/html.ts';
import type { Localiser } from '../../base/localise.ts';
import type { Finding, FindingStatus } from '../../contract/findings.ts';
import type { ReportDocument } from '../../contract/report.ts';
import { badge, mono, paragraph, section, type Tone, table } from './blocks.ts';

const tones: Readonly<Record<FindingStatus, Tone>> = {
  pass: 'good',
  warn: 'warn',
  accepted: 'taken',
  fail: 'bad',
};

export function findingsSection({ summary: { findings } }: ReportDocument, text: Localiser): Markup {
  const { t } = text;
  if (findings.length === 0) return section(t('report.sections.findings'), paragraph(t('report.texts.noFindings')));
  return section(
    t('report.sections.findings'),
    table(
      [t('report.labels.check'), t('report.labels.status'), t('report.labels.expected'), t('report.labels.found')],
      findings.map((finding) => {
        const shown = text.finding(finding);
        return [
          html`${shown.title}${subjectLine(finding.subject)}${
            finding.status === 'pass' ? null : html`<small>${shown.remedy}</small>`
          }${finding.status === 'accepted' ? html`<small>${acceptedBy(finding, text)}</small>` : null}`,
          badge(t(`statuses.${finding.status}`), tones[finding.status]),
          shown.expected,
          shown.found,
        ];
      }),
    ),
  );
}

/** Who answers for a failed check, and with what reason. */
export function acceptedBy({ params }: Finding, { t }: Localiser): string {
  const { overriddenBy: by = '', justification: reason = '' } = params;
  return t('counts.acceptedBy', { by, reason });
}

/** `tier` stands for the requirement itself and has a title of its own. */
function subjectLine(subject: string): Markup | null {
  return subject === '' || subject === 'tier' ? null : html`<small>${subject}</small>`;
}

/** Who went on in spite of which finding, and why; nothing when nobody did. */
export function overridesSection({ evidence }: ReportDocument, text: Localiser): Markup | null {
  if (evidence.overrides.length === 0) return null;
  const { t } = text;
  return section(
    t('report.sections.overrides'),
    table(
      [t('report.labels.check'), t('report.labels.by'), t('report.labels.reason')],
      evidence.overrides.map(({ code, justification }) => [
        html`${t(`findings.${code}.title`)}<small>${code}</small>`,
        decidedBy(evidence),
        justification,
      ]),
    ),
  );
}

/** Whoever was named as the officer; the login name where a script named nobody. */
function decidedBy({ officer, who }: ReportDocument['evidence']): string {
  if (officer === undefined || officer === null) return who;
  return [officer.name, officer.office].filter((part) => part !== '').join(', ');
}

export function smokeSection({ summary: { smoke } }: ReportDocument, text: Localiser): Markup {
  const { t, language } = text;
  if (smoke.length === 0) return section(t('report.sections.smoke'), paragraph(t('report.texts.noSmoke')));
  return section(
    t('report.sections.smoke'),
    table(
      [
        t('report.labels.test'),
        t('report.labels.status'),
        t('report.labels.expected'),
        t('report.labels.measured'),
        t('report.labels.duration'),
      ],
      smoke.map((result) => [
        html`${result.title[language]}${result.error === null ? null : html`<small>${mono(result.error.code)}</small>`}`,
        badge(t(`statuses.${result.status}`), tones[result.status]),
        result.expected,
        result.measured,
        text.duration(result.ms),
      ]),
    ),
  );
}
