import { z } from 'zod';
import { InstallerError } from '../base/errors.ts';
import { digest } from '../contract/digest.ts';
import { bilingual, productDefinition } from '../contract/product.ts';
import type { Journal } from '../ports/journal.ts';
import type { EnginePorts } from './ports.ts';
import type { RunHandle } from './runs.ts';

/** What day two (smoke, status, uninstall) must know when the stick is gone. No secrets: they stand in .env alone. */
const installation = z.object({
  product: z.object({ name: z.string(), title: z.string() }),
  release: z.int(),
  /** Of the root that this release was verified with; records of older versions have none. */
  rootVersion: z.int().nullable().default(null),
  files: z.object({
    project: z.string(),
    /** The journal's own id, filled in when the record is read. */
    site: z.string().default(''),
    dir: z.string(),
    composeFiles: z.array(z.string()),
    envFile: z.string(),
    smoke: productDefinition.shape.smoke,
  }),
  model: z.object({ path: z.string(), nCtx: z.int(), nThreads: z.int() }),
  images: z.array(z.object({ name: z.string(), digest })),
  registry: z.string(),
  secrets: z.array(z.string()),
  /** What each secret is for; records of older versions have none. */
  purposes: z.record(z.string(), bilingual).default({}),
  /** Answers that stand on a second run: networks and the registry's port, by input. */
  network: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  folders: z.array(z.string()),
  ports: z.array(z.object({ service: z.string(), port: z.int() })),
});
export type Installation = z.infer<typeof installation>;

type Recorded = Omit<Installation, 'files'> & {
  files: {
    project: string;
    dir: string;
    composeFiles: readonly string[];
    envFile: string;
    smoke: Installation['files']['smoke'];
  };
};

/** Journals the record before anything is started from it. */
export function recordInstallation(handle: RunHandle, record: Recorded): void {
  // parse() drops what is not part of the record
  handle.journal.recordInstallation(handle.id, JSON.stringify(installation.parse(record)));
}

/** The record of what is here, complete or not; undefined on a clean machine. JOURNAL_CORRUPT when it cannot be read. */
export function findInstallation(journal: Journal): Installation | undefined {
  return parsed(journal.installation(), journal);
}

/** The newest record, also of what an uninstall has removed since. */
export function lastInstallation(journal: Journal): Installation | undefined {
  return parsed(journal.lastInstallation(), journal);
}

function parsed(found: ReturnType<Journal['installation']>, journal: Journal): Installation | undefined {
  if (found === undefined) return undefined;
  try {
    const record = installation.parse(JSON.parse(found.document));
    return { ...record, files: { ...record.files, site: journal.siteId() } };
  } catch (cause) {
    throw new InstallerError('JOURNAL_CORRUPT', { params: { path: `installation of run ${found.run}` }, cause });
  }
}

/** NOT_INSTALLED on a clean machine. */
export function requireInstallation(journal: Journal): Installation {
  const found = findInstallation(journal);
  if (found === undefined) throw new InstallerError('NOT_INSTALLED');
  return found;
}

/** Before a run that would fail in its first step. NOT_INSTALLED. */
export function requireInstalled(ports: EnginePorts): void {
  const journal = ports.readJournal();
  try {
    if (journal?.installation() === undefined) throw new InstallerError('NOT_INSTALLED');
  } finally {
    journal?.close();
  }
}
