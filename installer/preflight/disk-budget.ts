import type { MountFact } from '../contract/facts.ts';

/** Bytes that are still to be written to a path, and what for (`registry`, `images`, `model`, `release`, …). */
export interface BudgetItem {
  purpose: string;
  path: string;
  bytes: number;
}

/** What an installation needs of one file system, bytes. `neededBytes` includes the margin. */
export interface DiskBudget {
  mountPoint: string;
  device: string;
  sizeBytes: number;
  availableBytes: number;
  contentBytes: number;
  neededBytes: number;
  contents: { purpose: string; bytes: number }[];
}

/**
 * Beyond the content itself: a tenth for blocks, inodes, the engine's metadata and what the databases write at once, and
 * 512 MiB so that logs and the journal still work on a small installation. Once per file system.
 */
export const diskMargin = { share: 0.1, bytes: 512 * 1024 * 1024 } as const;

/**
 * Sums the needs per file system. Several mounts of one block device (bind mounts, subvolumes) share its room and count
 * as one, named by the first. With `nothingNew` (all is there already) an empty need gets no margin.
 */
export async function diskBudget(input: {
  paths: readonly BudgetItem[];
  mountOf: (path: string) => Promise<MountFact>;
  nothingNew?: boolean;
}): Promise<DiskBudget[]> {
  const budgets = new Map<string, DiskBudget>();
  for (const { purpose, path, bytes } of input.paths) {
    const mount = await input.mountOf(path);
    // only a device's path names one file system: every tmpfs has the source `tmpfs`
    const key = mount.device.startsWith('/') ? mount.device : mount.mountPoint;
    const budget = budgets.get(key) ?? {
      mountPoint: mount.mountPoint,
      device: mount.device,
      sizeBytes: mount.sizeBytes,
      availableBytes: mount.availableBytes,
      contentBytes: 0,
      neededBytes: 0,
      contents: [],
    };
    budget.contentBytes += bytes;
    budget.contents.push({ purpose, bytes });
    budgets.set(key, budget);
  }
  return [...budgets.values()].map((budget) => ({
    ...budget,
    neededBytes: withMargin(budget.contentBytes, input.nothingNew ?? false),
  }));
}

function withMargin(bytes: number, nothingNew: boolean): number {
  return nothingNew && bytes === 0 ? 0 : bytes + Math.ceil(bytes * diskMargin.share) + diskMargin.bytes;
}
