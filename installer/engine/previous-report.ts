import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import type { Journal } from '../ports/journal.ts';
import type { ReportFiles } from '../report/write-step.ts';

/** The report files of one run, as writeReport names them; undefined when there are none. */
export async function reportOf(run: string, reportsDir: string): Promise<ReportFiles | undefined> {
  let names: string[];
  try {
    names = await readdir(reportsDir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const own = names.filter((name) => name.startsWith(`report-${run}.`)).sort();
  const json = own.find((name) => name.endsWith('.json'));
  const html = own.filter((name) => name.endsWith('.html')).map((name) => join(reportsDir, name));
  return json === undefined ? undefined : { json: join(reportsDir, json), html };
}

/** The newest install's report. */
export async function previousReport(journal: Journal, reportsDir: string): Promise<ReportFiles | undefined> {
  for (const run of journal.runs(1000)) {
    if (run.action !== 'install') continue;
    const report = await reportOf(run.id, reportsDir);
    if (report !== undefined) return report;
  }
  return undefined;
}
