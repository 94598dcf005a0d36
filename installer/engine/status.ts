import type { SiteStatus } from '../contract/requests.ts';
import { findInstallation } from './installation.ts';
import type { EnginePorts } from './ports.ts';

/** What is installed, how its services are, how the last run ended. Looks only, also beside a running install. */
export async function siteStatus({ readJournal, runtime }: EnginePorts): Promise<SiteStatus> {
  const journal = readJournal();
  if (journal === undefined) return { installed: null, services: [], lastRun: null, healthy: false };
  try {
    const [last] = journal.runs(1);
    const installed = journal.installed();
    const here = findInstallation(journal);
    const services = here === undefined ? [] : await runtime.list(here.files);
    return {
      installed:
        installed === undefined
          ? null
          : {
              product: installed.product ?? '',
              release: installed.release ?? 0,
              manifestDigest: installed.manifestDigest ?? '',
              at: installed.finishedAt ?? installed.startedAt,
            },
      services: services.map(({ service, state, detail, imageRef }) => ({ service, state, detail, image: imageRef })),
      lastRun:
        last === undefined
          ? null
          : { id: last.id, action: last.action, outcome: last.outcome, startedAt: last.startedAt },
      healthy:
        services.length > 0 &&
        services.every(({ state, hasHealthcheck }) => state === 'healthy' || (!hasHealthcheck && state === 'running')),
    };
  } finally {
    journal.close();
  }
}
