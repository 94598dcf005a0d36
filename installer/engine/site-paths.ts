import { join } from 'node:path';

/** Where things lie below the data directory (ARCHITECTURE.md, "State on the site"). */
export function sitePaths(dataDir: string) {
  return {
    registry: join(dataDir, 'registry'),
    models: join(dataDir, 'models'),
    reports: join(dataDir, 'reports'),
    /** What was chosen in the wizard's windows. */
    wizard: join(dataDir, 'wizard.json'),
    releases: join(dataDir, 'releases'),
    /** Packages, tools and SBOMs of all releases. */
    carried: join(dataDir, 'files'),
    files: (release: number) => join(dataDir, 'files', String(release)),
    release: (release: number) => join(dataDir, 'releases', String(release)),
  };
}
