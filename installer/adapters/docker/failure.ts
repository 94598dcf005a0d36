import { InstallerError, systemCode } from '../../base/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';

/** errno codes of a connection that could not be made: no socket, nobody listening, no rights. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'EACCES',
  'EPERM',
  'ENOTSOCK',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** The HTTP status of the engine's refusal, as dockerode puts it on its errors. */
export function httpStatus(thrown: unknown): number | undefined {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

export interface FailureContext {
  /** The engine's address, for the message. */
  at: string;
  /** What was asked of it: `create container airgap-registry`. */
  operation: string;
  /** The code for failures of the operation itself; ENGINE_REFUSED otherwise. */
  code?: ErrorCode;
  /** The image that it is about. */
  image?: string;
  signal?: AbortSignal | undefined;
}

/** Turns what dockerode threw into an InstallerError; the original is the cause. */
export function engineFailure(thrown: unknown, context: FailureContext): InstallerError {
  if (context.signal?.aborted) return new InstallerError('CANCELLED', { cause: thrown });
  if (thrown instanceof InstallerError) return thrown;
  const errno = systemCode(thrown);
  if (errno !== undefined && unreachable.has(errno)) {
    return new InstallerError('ENGINE_UNREACHABLE', { params: { address: context.at, errno }, cause: thrown });
  }
  const status = httpStatus(thrown);
  const params = {
    address: context.at,
    operation: context.operation,
    ...(status === undefined ? {} : { status }),
    ...(context.image === undefined ? {} : { image: context.image }),
  };
  return new InstallerError(context.code ?? 'ENGINE_REFUSED', { params, cause: thrown });
}

/** Runs `work`, with every rejection turned into an InstallerError. */
export async function asking<T>(context: FailureContext, work: () => Promise<T>): Promise<T> {
  if (context.signal?.aborted) throw new InstallerError('CANCELLED', { cause: context.signal.reason });
  try {
    return await work();
  } catch (thrown) {
    throw engineFailure(thrown, context);
  }
}

/** As `asking`, but undefined where the engine has no such object (404). */
export async function askingFor<T>(context: FailureContext, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (httpStatus(thrown) === 404) return undefined;
    throw engineFailure(thrown, context);
  }
}
