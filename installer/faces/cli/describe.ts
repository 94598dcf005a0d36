import type { Localiser } from '../../base/localise.ts';
import type { EngineEventBody } from '../../contract/events.ts';
import type { Finding } from '../../contract/findings.ts';

/** One sign for each state of a check: what was accepted keeps the sign of a failure, and a word beside it. */
export const findingMarks = { pass: '✔', warn: '⚠', accepted: '✖', fail: '✖' } as const;

/** `12.5 of 40 GiB, 31 %, 2 min left`: one line of progress. */
export function describeProgress(text: Localiser, body: Extract<EngineEventBody, { kind: 'progress' }>): string {
  const amount =
    body.unit === 'bytes'
      ? `${text.bytes(body.done)} / ${text.bytes(body.total)}`
      : `${text.number(body.done)} / ${text.number(body.total)}`;
  const overall = `${Math.floor(body.fraction * 100)} %`;
  const left = body.etaMs === null ? '' : `, ${text.t('cli.left', { time: text.duration(body.etaMs) })}`;
  const what = body.what === '' ? '' : `${body.what}: `;
  return `${what}${amount} (${text.t('cli.overall')} ${overall}${left})`;
}

/** Events worth a line beside the step list; undefined for the others. */
export function describeEvent(text: Localiser, body: EngineEventBody): string | undefined {
  if (body.kind === 'service') return `${body.service.service}: ${body.service.state} ${body.service.detail}`.trimEnd();
  if (body.kind === 'smoke') {
    const { result } = body;
    return `${findingMarks[result.status]} ${result.title[text.language]}: ${result.measured}`;
  }
  if (body.kind === 'finding' && body.finding.status !== 'pass') return describeFinding(text, body.finding);
  if (body.kind === 'log' && body.level !== 'debug') return `${body.source}: ${body.message}`;
  return undefined;
}

export function describeFinding(text: Localiser, finding: Finding): string {
  const line = `${findingMarks[finding.status]} ${text.finding(finding).title}`;
  if (finding.status !== 'accepted') return line;
  const { overriddenBy: by = '', justification: reason = '' } = finding.params;
  return `${line} (${text.t('statuses.accepted')}). ${text.t('counts.acceptedBy', { by, reason })}`;
}
