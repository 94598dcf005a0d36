import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../../base/errors.ts';
import type { HardwareFacts } from '../../contract/facts.ts';
import { cgroupMemoryLimit } from './cgroup-limits.ts';

const kibibyte = 1024;

/** Memory as the kernel counts it: proc_meminfo(5), whose "kB" are KiB. IO when there is no such table. */
export async function readMemory(procDir: string): Promise<HardwareFacts['memory']> {
  const file = join(procDir, 'meminfo');
  const table = await readFile(file, 'utf8');
  const value = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(table)?.[1];
    if (found === undefined) throw new InstallerError('IO', { params: { path: file, errno: '-' }, expected: name });
    return Number(found) * kibibyte;
  };
  return {
    totalBytes: value('MemTotal'),
    availableBytes: value('MemAvailable'),
    swapBytes: value('SwapTotal'),
    cgroupLimitBytes: await cgroupMemoryLimit(procDir),
  };
}
