import type { ErrorCode, WireError } from '../../installer/contract/errors.ts';
import { paths } from './draft.ts';

/** A path that leads to something else than was asked for: a slip, and nothing against anybody's trust. */
export interface PathProblem {
  field: 'bundle' | 'root';
  error: WireError;
  /** What was probably meant. */
  instead: string | null;
}

const aboutBundle: readonly ErrorCode[] = [
  'BUNDLE_NOT_FOUND',
  'BUNDLE_NOT_A_FOLDER',
  'BUNDLE_BELOW',
  'BUNDLE_NOT_ALONE',
];
const aboutRoot: readonly ErrorCode[] = ['ROOT_MISSING', 'ROOT_IS_FOLDER', 'ROOT_IS_KEY'];
const unreadable: readonly ErrorCode[] = ['IO', 'PATH_MISSING'];

/** Which of the two typed paths an error is about; null where it is about something else, trust above all. */
export function pathProblem(error: WireError | null, chosen: { bundle: string; root: string }): PathProblem | null {
  if (error === null) return null;
  const { code, params } = error;
  const instead = typeof params.instead === 'string' && params.instead !== '' ? params.instead : null;
  const { dir, root } = paths(chosen);
  const of = (field: PathProblem['field']) => ({ field, error, instead });
  if (aboutBundle.includes(code)) return of('bundle');
  if (aboutRoot.includes(code)) return of('root');
  // The stick's own root.json goes by its name alone; this is the file that was given.
  if (code === 'ROOT_FORMAT' && params.file === root) return of('root');
  if (!unreadable.includes(code) || typeof params.path !== 'string') return null;
  if (params.path === root) return of('root');
  return params.path === dir || params.path.startsWith(`${dir}/`) ? of('bundle') : null;
}
