import type { StackFiles, StackRuntime } from '../ports/runtime.ts';

/**
 * Takes the stack away: containers and networks, with `volumes` its data as well. Goes before `removeRegistry`, which cannot
 * remove images in use. What is not there is no error.
 */
export async function removeStack(options: {
  runtime: StackRuntime;
  files: StackFiles;
  volumes: boolean;
  signal?: AbortSignal;
}): Promise<void> {
  const { runtime, files, volumes, signal } = options;
  await runtime.down(files, signal === undefined ? { volumes } : { volumes, signal });
}
