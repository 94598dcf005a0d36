import { InstallerError } from '../base/errors.ts';
import { type EngineEventBody, engineEventBody } from '../contract/events.ts';
import type { ReportEvent } from '../contract/report.ts';
import type { EventRow } from '../ports/journal.ts';

/** An event whose body was understood. */
export interface ReadEvent {
  seq: number;
  at: number;
  body: EngineEventBody;
}

/** Journal rows as the document carries them. */
export function toReportEvents(rows: readonly EventRow[]): ReportEvent[] {
  return rows.map(({ event: { seq, at, body }, hash }) => ({ seq, at, body: { ...body }, hash }));
}

/** @throws REPORT_FORMAT naming the first row that is no event. */
export function readEvents(events: readonly ReportEvent[]): ReadEvent[] {
  return events.map(({ seq, at, body }) => {
    const parsed = engineEventBody.safeParse(body);
    if (!parsed.success) {
      throw new InstallerError('REPORT_FORMAT', { params: { field: `events.${seq}` }, cause: parsed.error });
    }
    return { seq, at, body: parsed.data };
  });
}
