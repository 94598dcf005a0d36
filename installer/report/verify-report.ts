import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { chainHash, chainStart } from '../base/chain.ts';
import { InstallerError } from '../base/errors.ts';
import type { Digest } from '../contract/digest.ts';
import { type ReportDocument, type ReportSummary, reportDocument } from '../contract/report.ts';
import { readEvents } from './report-events.ts';
import { checkSeal } from './seal.ts';
import { summarise } from './summarise.ts';

export interface VerifiedReport {
  document: ReportDocument;
  head: Digest;
  /** How many. */
  events: number;
  /** False: the run ended before its evidence was bound to the chain, so only what the events say is proven. */
  sealed: boolean;
}

/**
 * Recomputes a report from its own event log: shape, sequence and hash of every row, head, seal of the evidence, summary.
 * A chain proves that nothing was changed only against a head hash kept elsewhere: give it as `writtenDown` (spaces and
 * letter case do not matter).
 * @throws REPORT_FORMAT when it is no report; REPORT_CHAIN with `row` naming the first place that differs.
 */
export function verifyReport(candidate: unknown, writtenDown?: string): VerifiedReport {
  const document = parse(candidate);
  const { run, events, evidence, summary, head } = document;

  let previous = chainStart(run);
  for (const [index, { seq, at, body, hash }] of events.entries()) {
    if (seq !== index + 1) throw differs(`events.${index + 1}`, index + 1, seq);
    previous = chainHash(previous, { run, seq, at, body: body as Json });
    if (previous !== hash) throw differs(`events.${seq}`, previous, hash);
  }
  if (head !== previous) throw differs('head', previous, head);
  if (writtenDown !== undefined && normalise(writtenDown) !== head) throw differs('head', normalise(writtenDown), head);

  const read = readEvents(events);
  const seal = checkSeal(evidence, read);
  if (seal === 'broken') throw differs('evidence');
  compareSummaries(summarise(read), summary);
  return { document, head, events: events.length, sealed: seal === 'sealed' };
}

function parse(candidate: unknown): ReportDocument {
  const parsed = reportDocument.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InstallerError('REPORT_FORMAT', { params: { field: issue?.path.join('.') || '-' }, cause: parsed.error });
}

function compareSummaries(derived: ReportSummary, claimed: ReportSummary): void {
  for (const key of Object.keys(derived) as (keyof ReportSummary)[]) {
    const [ours, theirs] = [derived[key], claimed[key]];
    if (!Array.isArray(ours) || !Array.isArray(theirs)) {
      if (!same(ours, theirs)) throw differs(`summary.${key}`);
      continue;
    }
    for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
      if (!same(ours[index], theirs[index])) throw differs(`summary.${key}.${index + 1}`);
    }
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}

function normalise(hash: string): string {
  const hex = hash.replaceAll(/\s/g, '').toLowerCase();
  return hex.startsWith('sha256:') ? hex : `sha256:${hex}`;
}

function differs(row: string, expected?: string | number, found?: string | number): InstallerError {
  return new InstallerError('REPORT_CHAIN', {
    params: { row },
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}
