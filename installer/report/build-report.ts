import { InstallerError } from '../base/errors.ts';
import { type ReportDocument, type ReportEvidence, reportEvidence } from '../contract/report.ts';
import type { EventRow } from '../ports/journal.ts';
import { readEvents, toReportEvents } from './report-events.ts';
import { summarise } from './summarise.ts';

export interface ReportSource {
  /** The run's id. */
  run: string;
  evidence: ReportEvidence;
  /** All rows of the run's event log, in order. */
  rows: readonly EventRow[];
}

/**
 * The report of a run: a pure function of its journal rows and its evidence.
 * @throws REPORT_FORMAT when the log does not begin with the run's start, INTERNAL when the evidence is not well-formed.
 */
export function buildReport({ run, evidence, rows }: ReportSource): ReportDocument {
  const events = toReportEvents(rows);
  const head = events.at(-1)?.hash;
  if (head === undefined) throw new InstallerError('NO_RUN', { params: { run } });
  return {
    kind: 'airgap-report',
    schema: 1,
    run,
    // Only what the schema names: nothing slips into a report by being handed along.
    evidence: reportEvidence.parse(evidence),
    summary: summarise(readEvents(events)),
    events,
    head,
  };
}

/** The file's text: indented, because people open it too. */
export function reportJson(document: ReportDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
