import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where things that outlive a run are kept: AIRGAP_CACHE, else `$XDG_CACHE_HOME/airgap-installer`, else `~/.cache/airgap-installer`. */
export function cacheRoot(): string {
  const own = process.env.AIRGAP_CACHE;
  if (own) return own;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'airgap-installer');
}

/**
 * Sockets and the records of what a run started. Short on purpose: a Unix socket's path is limited to 107 bytes, and
 * the directories that callers choose (temporary ones, deep caches) are often longer.
 */
export const runtimeRoot = '/run/airgap-site';

/** Receives one line of human-readable progress. */
export type Log = (line: string) => void;
