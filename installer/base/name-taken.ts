import { InstallerError } from './errors.ts';

/** NAME_TAKEN, naming each thing. */
export function nameTaken(taken: readonly { kind: string; name: string }[]): InstallerError {
  const all = taken.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return new InstallerError('NAME_TAKEN', { params: { all }, expected: 'nothing of that name', found: all });
}
