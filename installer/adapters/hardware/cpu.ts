import { availableParallelism, cpus } from 'node:os';
import { cpu } from 'systeminformation';
import type { HardwareFacts } from '../../contract/facts.ts';
import { cgroupCpuQuota } from './cgroup-limits.ts';
import { withinTime } from './time-limit.ts';

/** The processor; `notes` receives what could not be read. */
export async function readCpu(procDir: string, timeoutMs: number, notes: string[]): Promise<HardwareFacts['cpu']> {
  const [described, quota] = await Promise.all([describe(timeoutMs, notes), cgroupCpuQuota(procDir)]);
  const logical = cpus();
  // affinity and cpusets are in availableParallelism, the quota of both cgroup versions only in newer libuv
  const usableCores = Math.min(availableParallelism(), quota ?? Number.POSITIVE_INFINITY);
  return {
    model: described?.brand || logical[0]?.model || 'unknown',
    logicalCores: logical.length,
    physicalCores: wholeOr(described?.physicalCores, logical.length),
    usableCores,
    flags: described?.flags.split(' ').filter((flag) => flag !== '') ?? [],
  };
}

/** systeminformation starts lscpu and dmidecode for this: asynchronously, but without a time limit. */
async function describe(timeoutMs: number, notes: string[]) {
  const limited = await withinTime(cpu(), timeoutMs);
  if (limited.state === 'done') return limited.value;
  notes.push(`processor: lscpu gave no answer within ${timeoutMs} ms`);
  return undefined;
}

/** Without lscpu the library divides by what it did not read. */
function wholeOr(value: number | undefined, otherwise: number): number {
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : otherwise;
}
