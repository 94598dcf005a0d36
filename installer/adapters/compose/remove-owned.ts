import type { EngineObject } from '../../ports/runtime.ts';
import { type CommandOptions, docker } from './docker-command.ts';
import { type ListedObject, listObjects } from './inventory.ts';
import { refusal } from './must.ts';

/**
 * Removes those of `objects` that bear the site's label now; see StackRuntime.removeOwned. Compose takes no part in it: it
 * would go by names, and could not without a file that it can read.
 */
export async function removeOwned(
  site: string,
  objects: readonly EngineObject[],
  { anonymousVolumes, ...options }: CommandOptions & { anonymousVolumes: boolean },
): Promise<void> {
  const wanted = new Set(objects.map(({ kind, id }) => `${kind} ${id}`));
  const here = (await listObjects(options, site)).filter(({ kind, id }) => wanted.has(`${kind} ${id}`));
  const ids = (kind: EngineObject['kind']) => here.filter((each) => each.kind === kind).map(({ id }) => id);

  for (const wave of stopOrder(here.filter(({ kind }) => kind === 'container'))) {
    // each has its own grace period; one that does not stop is removed by force below
    await docker(['stop', ...wave], options);
  }
  const volumes = anonymousVolumes ? ['--volumes'] : [];
  await remove('container', ['container', 'rm', '--force', ...volumes], ids('container'));
  await remove('network', ['network', 'rm'], ids('network'));
  await remove('volume', ['volume', 'rm'], ids('volume'));

  /** What is gone already, whoever did it, is no failure. */
  async function remove(kind: EngineObject['kind'], argv: readonly string[], targets: readonly string[]) {
    if (targets.length === 0) return;
    const result = await docker([...argv, ...targets], options);
    if (result.exitCode === 0) return;
    const left = (await listObjects(options, site)).filter((each) => each.kind === kind && targets.includes(each.id));
    if (left.length > 0) throw refusal(argv, result);
  }
}

/** Ids in waves: a container comes when all that depend on its service have been stopped. */
export function stopOrder(containers: readonly Pick<ListedObject, 'id' | 'service' | 'dependsOn'>[]): string[][] {
  const waves: string[][] = [];
  let left = [...containers];
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ dependsOn }) => dependsOn));
    const free = left.filter(({ service }) => service === null || !needed.has(service));
    // a circle, which Compose does not make: all at once
    const wave = free.length === 0 ? left : free;
    waves.push(wave.map(({ id }) => id));
    left = left.filter((each) => !wave.includes(each));
  }
  return waves;
}
