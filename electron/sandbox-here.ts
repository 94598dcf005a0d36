import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Whether Chromium can sandbox its pages here: by its setuid helper, or by user namespaces, which some kernels and distributions
 * keep from ordinary users. Without either it does not start. user_namespaces(7)
 */
export function sandboxWorks(executable: string, sysctl: (name: string) => number | null = readSysctl): boolean {
  const helper = statSync(join(dirname(executable), 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper !== undefined && helper.uid === 0 && (helper.mode & 0o4111) === 0o4111) return true;
  const closed =
    sysctl('kernel/unprivileged_userns_clone') === 0 ||
    sysctl('user/max_user_namespaces') === 0 ||
    sysctl('kernel/apparmor_restrict_unprivileged_userns') === 1;
  return !closed;
}

/** A kernel's setting; null where this kernel does not have it. */
function readSysctl(name: string): number | null {
  try {
    return Number(readFileSync(`/proc/sys/${name}`, 'utf8'));
  } catch {
    return null;
  }
}
