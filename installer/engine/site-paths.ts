import { join } from 'node:path';

/** Where things lie below the data directory (ARCHITECTURE.md, "State on the site"). */
export function sitePaths(dataDir: string) {
  return {
    registry: join(dataDir, 'registry'),
    models: join(dataDir, 'models'),
    reports: join(dataDir, 'reports'),
    releases: join(dataDir, 'releases'),
    release: (release: number) => join(dataDir, 'releases', String(release)),
  };
}
