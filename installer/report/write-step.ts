import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import { localiser } from '../base/localise.ts';
import type { ReportEvidence } from '../contract/report.ts';
import { languages as allLanguages, type Language } from '../contract/texts.ts';
import type { EventRow } from '../ports/journal.ts';
import type { Step } from '../ports/step.ts';
import { buildReport, reportJson } from './build-report.ts';
import { reportPage } from './html/page.ts';
import { assertNoSecrets } from './no-secrets.ts';
import { verifyReportFile } from './read-report.ts';
import { sealEvidence } from './seal.ts';
import { reportStepId } from './step-id.ts';

export interface ReportFiles {
  /** Absolute paths. */
  json: string;
  html: string[];
}

export interface ReportInput {
  /** Made when it is not there. */
  reportsDir: string;
  /** The run's id; becomes part of the files' names. */
  run: string;
  evidence: ReportEvidence;
  /** Reads the run's event log when called, so that the seal emitted by this step is in it. */
  rows: () => readonly EventRow[];
  /** Values that must not be in the report: writing is refused when one is. */
  secrets: readonly string[];
  languages?: readonly Language[];
  /** The newest report, when this run changed nothing: it stands, no new one is written. */
  unchanged?: ReportFiles | undefined;
}

/** Writes the run's report: one JSON document, and a page in each language made from it. */
export const writeReport: Step<ReportInput, ReportFiles> = {
  id: reportStepId,
  weight: 1,
  unit: 'items',
  reversible: true,
  looksOnly: true,

  async check(input) {
    return input.unchanged;
  },

  async run(input, context) {
    context.emit(sealEvidence(input.evidence));
    return writeReportFiles(input);
  },

  async verify({ json, html }) {
    const { head } = await verifyReportFile(json);
    const written = [head.slice('sha256:'.length, 'sha256:'.length + 4), '</html>'];
    for (const path of html) {
      const page = await readFile(path, 'utf8').catch((error: unknown) => {
        throw asInstallerError(error);
      });
      if (!written.every((part) => page.includes(part))) {
        throw new InstallerError('REPORT_FORMAT', { params: { file: path, field: 'html' } });
      }
    }
  },
};

/** The same files outside of a run: for a run that failed before its report step, or one asked for again. */
export async function writeReportFiles(input: Omit<ReportInput, 'unchanged'>): Promise<ReportFiles> {
  const { reportsDir, run, evidence, rows, secrets, languages = allLanguages } = input;
  const document = buildReport({ run, evidence, rows: rows() });
  const json = { path: join(reportsDir, `report-${run}.json`), text: reportJson(document) };
  const pages = languages.map((language) => ({
    path: join(reportsDir, `report-${run}.${language}.html`),
    text: reportPage(document, localiser(language)),
  }));
  for (const { text } of [json, ...pages]) assertNoSecrets(text, secrets);
  try {
    await mkdir(reportsDir, { recursive: true, mode: 0o700 });
    // one that an earlier version made let everybody list it
    await chmod(reportsDir, 0o700);
    for (const { path, text } of [json, ...pages]) await writeFileAtomically(path, 0o644, text);
  } catch (error) {
    throw asInstallerError(error);
  }
  return { json: json.path, html: pages.map(({ path }) => path) };
}
