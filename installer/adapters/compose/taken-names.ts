import { InstallerError } from '../../base/errors.ts';
import type { EngineObject, StackNames } from '../../ports/runtime.ts';

/**
 * What bears one of the stack's names and was not made by this installation (`site` null: there is none yet). Compose takes
 * every container of its project for its own, so the project's name counts as one.
 */
export function takenNames(names: StackNames, objects: readonly EngineObject[], site: string | null): EngineObject[] {
  const known = { container: names.containers, network: names.networks, volume: names.volumes };
  return objects.filter(
    (object) =>
      (site === null || object.site !== site) &&
      (object.project === names.project || known[object.kind].includes(object.name)),
  );
}

/** NAME_TAKEN, naming each thing. */
export function nameTaken(taken: readonly EngineObject[]): InstallerError {
  const all = taken.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return new InstallerError('NAME_TAKEN', { params: { all }, expected: 'nothing of that name', found: all });
}
