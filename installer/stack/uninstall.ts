import type { StackFiles, StackRuntime } from '../ports/runtime.ts';

/**
 * Takes the stack away: its containers and networks, with `volumes` its data as well. Only what bears the installation's label
 * goes, whatever has its names; the stack's files are not needed. Goes before `removeRegistry`, which cannot remove images in
 * use. What is not there is no error.
 */
export async function removeStack(options: {
  runtime: StackRuntime;
  stack: Pick<StackFiles, 'project' | 'site'>;
  volumes: boolean;
  signal?: AbortSignal;
}): Promise<void> {
  const { runtime, stack, volumes, signal } = options;
  const owned = await runtime.owned(stack.site, signal);
  const going = owned.filter(({ kind, project }) => project === stack.project && (volumes || kind !== 'volume'));
  await runtime.removeOwned(stack.site, going, { anonymousVolumes: volumes, signal });
}
