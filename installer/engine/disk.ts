import { asInstallerError } from '../base/errors.ts';
import type { DiskBudgetView } from '../contract/budgets.ts';
import { diskBudget } from '../preflight/disk-budget.ts';
import type { EnginePorts } from './ports.ts';

interface Need {
  purpose: string;
  /** null: where the engine keeps its images. */
  path: string | null;
  bytes: number;
}

/** Budgets per file system. Without a reachable engine the room for its images is left out: where it lies is not known. */
export async function bundleDisk(
  { containers, hardware }: EnginePorts,
  needs: readonly Need[],
  options: { nothingNew: boolean },
  signal?: AbortSignal,
): Promise<DiskBudgetView[]> {
  const imageRoot = await containers.version(signal).then(
    (version) => version.imageRoot,
    (error: unknown) => {
      if (asInstallerError(error).code === 'CANCELLED') throw error;
      return null;
    },
  );
  const paths = needs.flatMap(({ path, ...need }) => {
    const where = path ?? imageRoot;
    return where === null ? [] : [{ ...need, path: where }];
  });
  return diskBudget({ paths, mountOf: (path) => hardware.mountOf(path), nothingNew: options.nothingNew });
}
