import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InstallerError, systemCode } from '../../base/errors.ts';
import type { MountFact } from '../../contract/facts.ts';
import type { MountEntry } from './mountinfo.ts';
import { measureMount, readMounts } from './mounts.ts';
import { withinTime } from './time-limit.ts';

/** Codes of a path that does not exist (yet) or that we may not look into: its parent tells the file system. */
const goUp = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);

/** The mount that holds `path` or its nearest existing parent, links followed. IO when it gives no answer in time. */
export async function findMountOf(path: string, procDir: string, timeoutMs: number): Promise<MountFact> {
  const work = async (): Promise<MountFact> => {
    const existing = await nearestExisting(resolve(path));
    return measureMount(holder(existing, await readMounts(procDir)), existing);
  };
  const limited = await withinTime(work(), timeoutMs);
  if (limited.state === 'done') return limited.value;
  throw new InstallerError('IO', { params: { path, errno: 'ETIMEDOUT' } });
}

async function nearestExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || !goUp.has(code) || path === dirname(path)) throw error;
    return nearestExisting(dirname(path));
  }
}

/** The longest mount point wins; of two mounts on the same folder the later one covers the earlier. */
function holder(path: string, mounts: readonly MountEntry[]): MountEntry {
  let best: MountEntry | undefined;
  for (const mount of mounts) {
    if (!isAtOrBelow(path, mount.mountPoint)) continue;
    if (best === undefined || mount.mountPoint.length >= best.mountPoint.length) best = mount;
  }
  if (best === undefined) throw new InstallerError('IO', { params: { path, errno: '-' }, expected: 'a mount' });
  return best;
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
