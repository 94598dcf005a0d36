import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import type { MountFact } from '../../contract/facts.ts';
import { type MountEntry, parseMountinfo } from './mountinfo.ts';
import { withinTime } from './time-limit.ts';

/** Never hold an installation: kernel tables, memory, read-only images; overlay: the container engines' own mounts. */
const withoutRoom = new Set(
  [
    'overlay aufs proc sysfs devtmpfs devpts tmpfs ramfs cgroup cgroup2 pstore bpf tracefs debugfs configfs securityfs',
    'mqueue hugetlbfs fusectl binfmt_misc autofs rpc_pipefs nsfs efivarfs selinuxfs squashfs erofs fuse.portal',
    'fuse.gvfsd-fuse fuse.lxcfs',
  ].flatMap((line) => line.split(' ')),
);

/**
 * File systems that can hold something, each once (a bind mount shows the same one again), by mount point. The root is
 * always in, whatever its type: live systems run from an overlay.
 */
export async function listMounts(procDir: string, timeoutMs: number, notes: string[]): Promise<MountFact[]> {
  const entries = await readMounts(procDir);
  const shortest = new Map<string, MountEntry>();
  for (const entry of entries) {
    if (withoutRoom.has(entry.fileSystem) && entry.mountPoint !== '/') continue;
    const known = shortest.get(entry.device);
    if (known === undefined || entry.mountPoint.length < known.mountPoint.length) shortest.set(entry.device, entry);
  }
  const facts = await Promise.all([...shortest.values()].map((entry) => orNote(entry, timeoutMs, notes)));
  return facts
    .filter((fact) => fact !== undefined)
    .sort((one, other) => (one.mountPoint < other.mountPoint ? -1 : one.mountPoint > other.mountPoint ? 1 : 0));
}

export async function readMounts(procDir: string): Promise<MountEntry[]> {
  return parseMountinfo(await readFile(join(procDir, 'self/mountinfo'), 'utf8'));
}

/** Sizes in bytes of the file system at `path` (which may lie below the mount point, where a quota may be smaller). */
export async function measureMount(entry: MountEntry, path: string): Promise<MountFact> {
  const { bsize, frsize, blocks, bavail } = await statfs(path);
  // statfs(2) counts in fragments; file systems that know none say 0
  const unit = frsize || bsize;
  return {
    mountPoint: entry.mountPoint,
    fileSystem: entry.fileSystem,
    device: entry.source,
    sizeBytes: blocks * unit,
    availableBytes: Math.max(0, bavail * unit),
  };
}

/** One mount that cannot be asked (a dead NFS server, a folder we may not enter) does not spoil the list. */
async function orNote(entry: MountEntry, timeoutMs: number, notes: string[]): Promise<MountFact | undefined> {
  try {
    const limited = await withinTime(measureMount(entry, entry.mountPoint), timeoutMs);
    if (limited.state === 'done') return limited.value;
    notes.push(`mount ${entry.mountPoint}: no answer within ${timeoutMs} ms`);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    notes.push(`mount ${entry.mountPoint}: ${code}`);
  }
  return undefined;
}
