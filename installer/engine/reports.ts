import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { InstallerError } from '../base/errors.ts';
import { verifyReportFile } from '../report/read-report.ts';
import type { EnginePorts } from './ports.ts';
import { previousReport, reportOf } from './previous-report.ts';
import { intoFolder } from './save-folder.ts';
import { sitePaths } from './site-paths.ts';

/** The files of a run's report; of an install that changed nothing, the report that still stands. */
export async function findReport(ports: EnginePorts, run: string): Promise<{ files: string[] }> {
  const { reports } = sitePaths(ports.dataDir);
  const own = await reportOf(run, reports);
  return own === undefined ? newestReport(ports) : { files: [own.json, ...own.html] };
}

/** The newest install's report; with `out` a copy of it there, for example on the stick. NO_RUN when there is none. */
export async function writeReportAgain(ports: EnginePorts, out: string | null): Promise<{ files: string[] }> {
  const { files } = await newestReport(ports);
  if (out === null) return { files };
  return intoFolder(out, async (folder) => {
    for (const file of files) await writeFileAtomically(folder.at(basename(file)), 0o644, await readFile(file));
    return { files: files.map((file) => join(folder.path, basename(file))) };
  });
}

async function newestReport(ports: EnginePorts): Promise<{ files: string[] }> {
  const journal = ports.readJournal();
  try {
    const report = journal === undefined ? undefined : await previousReport(journal, sitePaths(ports.dataDir).reports);
    if (report === undefined) throw new InstallerError('NO_RUN', { params: { run: 'install' } });
    return { files: [report.json, ...report.html] };
  } finally {
    journal?.close();
  }
}

/** Recomputes the chain of a report: REPORT_FORMAT, REPORT_CHAIN when it does not hold. */
export async function verifyReport(file: string, writtenDown: string | null) {
  const { document, head } = await verifyReportFile(file, writtenDown ?? undefined);
  return {
    valid: true,
    head,
    events: document.events.length,
    product: document.evidence.bundle?.product ?? '',
    outcome: document.summary.result,
  };
}
