import { readFile } from 'node:fs/promises';
import { InstallerError } from '../base/errors.ts';
import type { Language } from '../contract/texts.ts';
import { verifyReportFile } from '../report/read-report.ts';
import type { EnginePorts } from './ports.ts';
import { findReport } from './reports.ts';

/** A run's report as a page in one language, and its verified head hash. NO_RUN when there is no report. */
export async function reportPageOf(
  ports: EnginePorts,
  request: { run: string; lang: Language },
): Promise<{ html: string; head: string }> {
  const { files } = await findReport(ports, request.run);
  const json = files.find((file) => file.endsWith('.json'));
  const page = files.find((file) => file.endsWith(`.${request.lang}.html`));
  if (json === undefined || page === undefined) throw new InstallerError('NO_RUN', { params: { run: request.run } });
  const { head } = await verifyReportFile(json);
  return { html: await readFile(page, 'utf8'), head };
}
