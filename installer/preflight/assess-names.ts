import type { Finding } from '../contract/findings.ts';
import type { EngineObject } from '../ports/runtime.ts';

/** One finding per thing that bears a name of ours and was not made by this installation; one that passes where none does. */
export function assessNames(taken: readonly EngineObject[]): Finding[] {
  const common = { code: 'NAME_TAKEN', unit: 'text', expected: 'free' } as const;
  if (taken.length === 0) return [{ ...common, status: 'pass', subject: '', found: 'free', params: {} }];
  return taken.map(({ kind, name, site }) => ({
    ...common,
    status: 'fail',
    subject: `${kind} ${name}`,
    found: 'taken',
    // another installation of this installer has to be removed by itself, whatever kind of thing it is
    params: { name, kind: site === null ? kind : 'installation' },
  }));
}
