import { removeOwned } from '../../../installer/engine/take-back.ts';
import type { StackFiles, StackRuntime } from '../../../installer/ports/runtime.ts';

/** Takes one stack away as uninstall and roll back do, by label; with `volumes` its data as well. */
export async function removeStack(options: {
  runtime: StackRuntime;
  stack: Pick<StackFiles, 'project' | 'site'>;
  volumes: boolean;
}): Promise<void> {
  const { runtime, stack, volumes } = options;
  await removeOwned(
    { runtime },
    stack.site,
    ({ kind, project }) => project === stack.project && (volumes || kind !== 'volume'),
    { anonymousVolumes: volumes },
  );
}
