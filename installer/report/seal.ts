import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/hash.ts';
import { evidenceSeal, type ReportEvidence } from '../contract/report.ts';
import type { StepEventBody } from '../ports/step.ts';
import type { ReadEvent } from './report-events.ts';

/**
 * The log event that binds the evidence (host, bundle, network, who) to the event chain: its message is the evidence's
 * digest, so the head hash covers what is no event as well.
 */
export function sealEvidence(evidence: ReportEvidence): StepEventBody {
  return { kind: 'log', level: 'info', source: evidenceSeal.source, message: sealMessage(evidence) };
}

/** `sealed` and `broken` speak of the newest seal in the log. */
export function checkSeal(evidence: ReportEvidence, events: readonly ReadEvent[]): 'sealed' | 'unsealed' | 'broken' {
  const seal = events
    .map(({ body }) => (body.kind === 'log' && body.source === evidenceSeal.source ? body.message : ''))
    .findLast((message) => message.startsWith(evidenceSeal.prefix));
  if (seal === undefined) return 'unsealed';
  return seal === sealMessage(evidence) ? 'sealed' : 'broken';
}

function sealMessage(evidence: ReportEvidence): string {
  return `${evidenceSeal.prefix}${sha256(canonicalJson(evidence as unknown as Json))}`;
}
