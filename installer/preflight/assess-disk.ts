import type { Finding } from '../contract/findings.ts';
import type { DiskBudget } from './disk-budget.ts';

/**
 * One finding per file system that something is to be written to: does what is needed fit into what is available? No override. Of
 * a file system that nothing is known to be written to there is nothing to say.
 */
export function assessDisk(budgets: readonly DiskBudget[]): Finding[] {
  const needed = budgets.filter(({ neededBytes }) => neededBytes > 0);
  return needed.map((budget) => ({
    code: 'DISK_SPACE',
    status: budget.availableBytes >= budget.neededBytes ? 'pass' : 'fail',
    subject: budget.mountPoint,
    unit: 'bytes',
    expected: budget.neededBytes,
    found: budget.availableBytes,
    params: {
      mount: budget.mountPoint,
      missing: Math.max(0, budget.neededBytes - budget.availableBytes),
      content: budget.contentBytes,
      purposes: budget.contents.map(({ purpose }) => purpose).join(', '),
    },
  }));
}
