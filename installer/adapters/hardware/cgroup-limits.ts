import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { type CgroupFolder, cgroupFolders } from './cgroup-folders.ts';

/** Version 1 writes "no limit" as the largest page-aligned long; nothing real comes near. */
const unlimited = 2 ** 62;

/** The smallest memory limit above this process, bytes; null: none. A limit counts for all groups below it. */
export async function cgroupMemoryLimit(procDir: string): Promise<number | null> {
  return smallest(await limits(procDir, 'memory', memoryLimit));
}

/** The smallest CPU quota above this process, in cores (1.5 is one and a half); null: none. */
export async function cgroupCpuQuota(procDir: string): Promise<number | null> {
  return smallest(await limits(procDir, 'cpu', cpuQuota));
}

async function limits(
  procDir: string,
  controller: 'cpu' | 'memory',
  read: (folder: CgroupFolder) => Promise<number | null>,
): Promise<(number | null)[]> {
  return Promise.all((await cgroupFolders(procDir, controller)).map(read));
}

async function memoryLimit({ version, path }: CgroupFolder): Promise<number | null> {
  const limit = wholeNumber(await content(join(path, version === 2 ? 'memory.max' : 'memory.limit_in_bytes')));
  return limit === null || limit >= unlimited ? null : limit;
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max), https://docs.kernel.org/scheduler/sched-bwc.html */
async function cpuQuota({ version, path }: CgroupFolder): Promise<number | null> {
  const [quota, period] =
    version === 2
      ? (await content(join(path, 'cpu.max'))).split(' ')
      : [await content(join(path, 'cpu.cfs_quota_us')), await content(join(path, 'cpu.cfs_period_us'))];
  const numerator = wholeNumber(quota);
  const denominator = wholeNumber(period);
  return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
}

/** `max` and `-1` mean no limit, as does an empty file. */
function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The root group has no limit files, and a controller need not be on in every group: a missing file is no limit. */
async function content(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function smallest(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
}
