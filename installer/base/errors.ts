import type { ErrorCode, TextParams, WireError } from '../contract/errors.ts';

export interface InstallerErrorDetails {
  params?: TextParams;
  /** What should have been there, in plain words or as a value. */
  expected?: string | number;
  found?: string | number;
  cause?: unknown;
}

/**
 * The one error class of the installer. The code is stable and carries the localised text and remedy
 * (contract/texts); expected and found are what the officer compares; cause is the chain below.
 */
export class InstallerError extends Error {
  readonly code: ErrorCode;
  readonly params: TextParams;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  constructor(code: ErrorCode, details: InstallerErrorDetails = {}) {
    const params = details.params ?? {};
    super(describe(code, params, details), { cause: details.cause });
    this.name = 'InstallerError';
    this.code = code;
    this.params = params;
    this.expected = details.expected === undefined ? undefined : String(details.expected);
    this.found = details.found === undefined ? undefined : String(details.found);
  }
}

function describe(code: ErrorCode, params: TextParams, details: InstallerErrorDetails): string {
  const named = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  if (details.expected !== undefined) named.push(`expected ${details.expected}`);
  if (details.found !== undefined) named.push(`found ${details.found}`);
  return named.length === 0 ? code : `${code}: ${named.join(', ')}`;
}

/** errno codes that mean "the target has no room", whatever the call was. */
const noRoom: readonly string[] = ['ENOSPC', 'EDQUOT'];

export function isNoRoom(errno: string): boolean {
  return noRoom.includes(errno);
}

/** What system errors are in a person's words. Whatever is not among them is IO. */
const pathErrors: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'PATH_MISSING',
  ENOTDIR: 'NOT_A_FOLDER',
};

/**
 * Turns whatever was thrown into an InstallerError: ours stay, an abort becomes CANCELLED, a full disk DISK_FULL, a name that
 * leads nowhere PATH_MISSING or NOT_A_FOLDER, other system errors IO, everything else INTERNAL. Nothing is lost: the original
 * is the cause.
 */
export function asInstallerError(thrown: unknown): InstallerError {
  if (thrown instanceof InstallerError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new InstallerError('CANCELLED', { cause: thrown });
  const errno = systemCode(thrown);
  if (errno !== undefined) {
    const path = systemPath(thrown);
    if (isNoRoom(errno)) return new InstallerError('DISK_FULL', { params: { path: path ?? '-' }, cause: thrown });
    const code = path === undefined ? undefined : pathErrors[errno];
    if (code !== undefined) return new InstallerError(code, { params: { path: path ?? '-' }, cause: thrown });
    return new InstallerError('IO', { params: { errno, path: path ?? '-' }, cause: thrown });
  }
  return new InstallerError('INTERNAL', { cause: thrown });
}

/** The errno name (`ENOENT`) of a Node.js system error, undefined for anything else. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined;
  return 'errno' in thrown || 'syscall' in thrown ? thrown.code : undefined;
}

function systemPath(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : undefined;
}

const maxCauses = 8;

/** Serialises an error with its chain of causes; foreign causes keep their message as `detail`. */
export function toWire(thrown: unknown, depth = 0): WireError {
  const error = asInstallerError(thrown);
  const foreign = thrown instanceof InstallerError ? undefined : thrown;
  const wire: WireError = { code: error.code, params: error.params };
  if (error.expected !== undefined) wire.expected = error.expected;
  if (error.found !== undefined) wire.found = error.found;
  if (foreign !== undefined) wire.detail = foreign instanceof Error ? foreign.message : String(foreign);
  const cause = foreign instanceof Error ? foreign.cause : error.cause;
  if (cause !== undefined && depth < maxCauses) {
    if (foreign === undefined && !(cause instanceof InstallerError)) {
      wire.detail = cause instanceof Error ? cause.message : String(cause);
      if (cause instanceof Error && cause.cause !== undefined) wire.cause = toWire(cause.cause, depth + 1);
    } else {
      wire.cause = toWire(cause, depth + 1);
    }
  }
  return wire;
}

/** The way back from the wire, for faces that throw. */
export function fromWire(wire: WireError): InstallerError {
  const details: InstallerErrorDetails = { params: wire.params };
  if (wire.expected !== undefined) details.expected = wire.expected;
  if (wire.found !== undefined) details.found = wire.found;
  if (wire.cause !== undefined) details.cause = fromWire(wire.cause);
  else if (wire.detail !== undefined) details.cause = new Error(wire.detail);
  return new InstallerError(wire.code, details);
}
