import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeCache } from './cache-folder.ts';
import { pinned } from './pinned.ts';

export interface ElectronRuntime {
  /** An `electronDist`: the executable `electron`, its libraries, an app that starts the folder it is given. */
  dist: string;
  version: string;
}

/** The runtime in the cache; null where it has not been fetched. */
export function cachedRuntime(): ElectronRuntime | null {
  const dist = join(runtimeCache(), `${pinned.electronVersion}-${pinned.packageVersion}`);
  return existsSync(join(dist, 'electron')) ? { dist, version: pinned.electronVersion } : null;
}
