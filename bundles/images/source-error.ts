import { InstallerError } from '../../installer/base/errors.ts';

export interface SourceDetails {
  expected?: string | number;
  found?: string | number;
  cause?: unknown;
}

/** SOURCE_FORMAT naming the source and `what` in it is wrong. What the source itself says is quoted and cut short. */
export function sourceError(source: string, what: string, details: SourceDetails = {}): InstallerError {
  return new InstallerError('SOURCE_FORMAT', {
    params: { source, what: what.length > 200 ? `${what.slice(0, 200)}…` : what },
    ...details,
  });
}

/** SOURCE_TRUNCATED: the source ends before its format says that it is whole. */
export function truncatedSource(source: string, what: string, details: SourceDetails = {}): InstallerError {
  return new InstallerError('SOURCE_TRUNCATED', { params: { source, what }, ...details });
}
