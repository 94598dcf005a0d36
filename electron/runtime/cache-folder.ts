import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the runtime outlives a run: below AIRGAP_CACHE, else `$XDG_CACHE_HOME/airgap-installer`, else
 * `~/.cache/airgap-installer`; the same folder as the test harness's (test/electron/release.test.ts holds them together).
 */
export function runtimeCache(): string {
  const own = process.env.AIRGAP_CACHE;
  const root = own ? own : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'airgap-installer');
  return join(root, 'electron');
}
