import { InstallerError } from '../base/errors.ts';

/** Installing writes to system folders, gives files to the containers' users and talks to Docker Engine. */
export function requireRoot(): void {
  const uid = process.getuid?.();
  if (uid !== 0) throw new InstallerError('NOT_ROOT', { expected: 'root (uid 0)', found: `uid ${uid ?? '-'}` });
}
