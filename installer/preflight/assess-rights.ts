import type { Finding } from '../contract/findings.ts';
import type { Rights } from './rights.ts';

/** `ownersNeeded`: the product has folders that must belong to other users, which only root can arrange. */
export function assessRights(rights: Rights, ownersNeeded: boolean, engineDenied: boolean): Finding {
  const reason = obstacle(rights, ownersNeeded, engineDenied);
  return {
    code: 'RIGHTS',
    status: reason === undefined ? 'pass' : 'fail',
    subject: '',
    unit: 'text',
    expected: 'root',
    found: rights.uid === 0 ? 'root' : `uid ${rights.uid}`,
    params: reason ?? {},
  };
}

function obstacle(
  { uid, denied, readOnly }: Rights,
  ownersNeeded: boolean,
  engineDenied: boolean,
): { reason: string; path?: string } | undefined {
  if (readOnly[0] !== undefined) return { reason: 'readOnly', path: readOnly[0] };
  if (denied[0] !== undefined) return { reason: 'path', path: denied[0] };
  if (engineDenied) return { reason: 'engine' };
  if (uid !== 0 && ownersNeeded) return { reason: 'owners' };
  return undefined;
}
