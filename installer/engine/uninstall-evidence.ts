import packageJson from '../../package.json' with { type: 'json' };
import { asInstallerError } from '../base/errors.ts';
import { requestingUser } from '../base/requesting-user.ts';
import type { BundleIdentity, ReportEvidence } from '../contract/report.ts';
import type { Journal } from '../ports/journal.ts';
import { verifyReportFile } from '../report/read-report.ts';
import type { EnginePorts } from './ports.ts';
import { previousReport } from './previous-report.ts';
import { sitePaths } from './site-paths.ts';

/** What stands in the report of an uninstall beside the events: the machine, and the bundle as the install's report has it. */
export async function uninstallEvidence(
  ports: EnginePorts,
  journal: Journal,
  signal: AbortSignal,
): Promise<ReportEvidence> {
  const [facts, engine, compose] = await Promise.all([
    ports.hardware.facts(signal),
    ports.containers.version(signal),
    ports.runtime.version(signal),
  ]);
  return {
    installer: { version: packageJson.version },
    who: requestingUser(),
    host: facts,
    engine: { engine: engine.engine, compose: compose ?? null },
    bundle: await installedBundle(ports, journal),
    overrides: [],
    isolation: null,
  };
}

/** null: no install here has come to a report, or it does not verify any more. */
async function installedBundle(ports: EnginePorts, journal: Journal): Promise<BundleIdentity | null> {
  const report = await previousReport(journal, sitePaths(ports.dataDir).reports);
  if (report === undefined) return null;
  try {
    return (await verifyReportFile(report.json)).document.evidence.bundle;
  } catch (thrown) {
    const { code } = asInstallerError(thrown);
    if (code === 'REPORT_CHAIN' || code === 'REPORT_FORMAT') return null;
    throw thrown;
  }
}
