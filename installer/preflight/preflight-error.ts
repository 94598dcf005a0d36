import { InstallerError } from '../base/errors.ts';
import type { Finding } from '../contract/findings.ts';

/**
 * What the failures amount to; undefined: nothing fails. One kind of failure gets its own code, with that remedy;
 * several get PREFLIGHT_FAILED and their codes. `cause`: the engine's own error, for the log.
 */
export function preflightError(findings: readonly Finding[], cause?: unknown): InstallerError | undefined {
  const failing = findings.filter(({ status }) => status === 'fail');
  const roots = failing.filter((finding) => !isConsequence(finding, failing));
  const first = roots[0];
  if (first === undefined) return undefined;
  const single = new Set(roots.map(({ code }) => code)).size === 1 ? ownError(first, roots, cause) : undefined;
  return single ?? severalErrors(roots, cause);
}

/** An engine that refused us is the missing rights once more, not a second thing to repair. */
function isConsequence(finding: Finding, failing: readonly Finding[]): boolean {
  return (
    finding.code === 'ENGINE_REACHABLE' &&
    finding.params.reason === 'permission' &&
    failing.some(({ code }) => code === 'RIGHTS')
  );
}

function ownError(first: Finding, roots: readonly Finding[], cause: unknown): InstallerError | undefined {
  switch (first.code) {
    case 'PORT_FREE':
      return new InstallerError('PORT_TAKEN', {
        ...compared(first),
        params: { ...first.params, all: roots.map(({ subject }) => subject).join(', ') },
      });
    case 'ADDRESS_MISSING':
      return new InstallerError('ADDRESS_MISSING', { ...compared(first), params: first.params });
    case 'NAME_TAKEN':
      return new InstallerError('NAME_TAKEN', {
        ...compared(first),
        params: { all: roots.map(({ subject }) => subject).join(', ') },
      });
    case 'SUBNET_TAKEN':
      return new InstallerError('SUBNET_TAKEN', { ...compared(first), params: first.params });
    case 'DISK_SPACE':
      return tooSmall(roots);
    case 'ENGINE_REACHABLE':
      return new InstallerError('ENGINE_UNREACHABLE', { params: first.params, cause });
    case 'COMPOSE_VERSION':
      return new InstallerError('COMPOSE_MISSING', { ...compared(first), params: first.params, cause });
    case 'RIGHTS':
      return first.params.reason === 'readOnly'
        ? new InstallerError('DATA_DIR_UNUSABLE', { params: first.params })
        : new InstallerError('NOT_ROOT', { ...compared(first), params: first.params, cause });
    default:
      return undefined;
  }
}

/** The file system that lacks most. The tier's recommendation alone is no lack of room. */
function tooSmall(roots: readonly Finding[]): InstallerError | undefined {
  const lacking = roots.filter(({ subject }) => subject !== 'tier');
  const missing = ({ params }: Finding) => Number(params.missing);
  const worst = lacking.toSorted((one, other) => missing(other) - missing(one))[0];
  if (worst === undefined) return undefined;
  return new InstallerError('DISK_TOO_SMALL', {
    ...compared(worst),
    params: { ...worst.params, needed: worst.expected ?? 0, available: worst.found ?? 0 },
  });
}

function severalErrors(roots: readonly Finding[], cause: unknown): InstallerError {
  const codes = [...new Set(roots.map(({ code }) => code))];
  return new InstallerError('PREFLIGHT_FAILED', { params: { codes: codes.join(', '), count: roots.length }, cause });
}

function compared({ expected, found }: Finding): { expected?: string | number; found?: string | number } {
  return { ...(expected === null ? {} : { expected }), ...(found === null ? {} : { found }) };
}
