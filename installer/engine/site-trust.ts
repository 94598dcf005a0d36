import type { Journal } from '../ports/journal.ts';
import type { VerifyOptions } from '../trust/verify-bundle.ts';

export type SiteTrust = Pick<
  VerifyOptions,
  'expectedProduct' | 'installedRelease' | 'sourceRelease' | 'rememberedRoot' | 'knownRootVersion'
>;

/**
 * What the site's memory asks of a bundle. The same for whoever only looks (the wizard's first pages, `check`) and for the
 * run: nobody is told that a bundle is trusted which the run will then not trust. undefined: there is no journal yet.
 */
export function siteTrust(journal: Journal | undefined): SiteTrust {
  const installed = journal?.installed();
  const remembered = journal?.trustedRoot();
  return {
    expectedProduct: installed?.product ?? null,
    installedRelease: journal?.highWaterMark() ?? null,
    sourceRelease: installed?.release ?? null,
    rememberedRoot: remembered ?? null,
    // the number alone, where an older installer kept no more: it means nothing beside a root that was put in its place
    knownRootVersion: remembered === undefined ? (journal?.knownRootVersion() ?? null) : null,
  };
}

/** The same for a caller that has no journal open. */
export function readSiteTrust({ readJournal }: { readJournal: () => Journal | undefined }): SiteTrust {
  const journal = readJournal();
  try {
    return siteTrust(journal);
  } finally {
    journal?.close();
  }
}
