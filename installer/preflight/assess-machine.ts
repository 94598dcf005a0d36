import type { TextParams } from '../contract/errors.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { Finding } from '../contract/findings.ts';
import type { Requirements } from '../contract/product.ts';
import type { DiskBudget } from './disk-budget.ts';
import { judgeByTier, type TierDemand } from './tiers.ts';

/** What the tier's disk may be smaller than its name says: partitions, boot area and the file system's own tables. */
export const diskTierAllowance = 0.03;

/** Processor, memory, disk size, clock and operating system. `demand` null: nothing is required, facts are shown. */
export function assessMachine(facts: HardwareFacts, demand: TierDemand | null, disk: readonly DiskBudget[]): Finding[] {
  const { totalBytes, cgroupLimitBytes } = facts.memory;
  const ram = Math.min(totalBytes, cgroupLimitBytes ?? totalBytes);
  return [
    sized('CPU_CORES', 'cores', facts.cpu.usableCores, demand, (tier) => tier.cpuCores, {
      logical: facts.cpu.logicalCores,
      model: facts.cpu.model,
    }),
    sized('RAM_TOTAL', 'bytes', ram, demand, (tier) => tier.ramBytes, {
      limited: cgroupLimitBytes !== null && cgroupLimitBytes < totalBytes,
    }),
    ...(demand === null ? [] : [diskSize(disk, demand)]),
    clock(facts),
    operatingSystem(facts),
  ];
}

function sized(
  code: 'CPU_CORES' | 'RAM_TOTAL',
  unit: 'cores' | 'bytes',
  found: number,
  demand: TierDemand | null,
  need: (tier: Requirements) => number,
  params: TextParams,
): Finding {
  if (demand === null) return { code, status: 'pass', subject: '', unit, expected: null, found, params };
  const { status, expected, tier, reached } = judgeByTier(found, need, demand);
  return { code, status, subject: '', unit, expected, found, params: { ...params, tier, reached } };
}

/**
 * The tier's recommendation is about the disks' size, not their free room: it must not change because the product itself
 * fills them. What is really needed now is the budget, per mount (assess-disk.ts).
 */
function diskSize(disk: readonly DiskBudget[], demand: TierDemand): Finding {
  const found = disk.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const nominal = (tier: Requirements) => tier.diskBytes;
  const { status, tier, reached } = judgeByTier(
    found,
    (each) => Math.ceil(nominal(each) * (1 - diskTierAllowance)),
    demand,
  );
  return {
    code: 'DISK_SPACE',
    status,
    subject: 'tier',
    unit: 'bytes',
    expected: nominal(demand.tiers[tier]),
    found,
    params: { tier, reached, mounts: disk.map(({ mountPoint }) => mountPoint).join(', ') },
  };
}

/** Nobody can say (null) is no pass: an isolated machine's clock drifts unseen. */
function clock({ clock: { now, synchronised } }: HardwareFacts): Finding {
  const found = synchronised === null ? null : synchronised ? 'synchronised' : 'unsynchronised';
  return {
    code: 'CLOCK',
    status: synchronised === true ? 'pass' : 'warn',
    subject: '',
    unit: 'text',
    expected: 'synchronised',
    found,
    params: { now },
  };
}

/** What the installer's own native parts are built for. */
const architectures = ['x64', 'arm64'];

function operatingSystem({ os }: HardwareFacts): Finding {
  const known = os.name !== 'unknown' && architectures.includes(os.arch);
  return {
    code: 'OS',
    status: known ? 'pass' : 'warn',
    subject: '',
    unit: 'text',
    expected: `Linux (${architectures.join(', ')})`,
    found: [os.name, os.version, os.arch].filter((part) => part !== '').join(' '),
    params: { kernel: os.kernel },
  };
}
