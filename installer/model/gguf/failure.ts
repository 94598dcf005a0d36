import { InstallerError, type InstallerErrorDetails } from '../../base/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';

export type GgufErrorCode = Extract<ErrorCode, `GGUF_${string}`>;

/**
 * Every refusal of a header: `field` is the place in the spec's own terms, `offset` the byte in the file. Names from the
 * file appear in `field` only after their characters were checked.
 */
export function ggufFailure(
  code: GgufErrorCode,
  field: string,
  offset: number,
  expected: string | number,
  found: string | number,
  cause?: unknown,
): InstallerError {
  const details: InstallerErrorDetails = { params: { field, offset }, expected, found };
  if (cause !== undefined) details.cause = cause;
  return new InstallerError(code, details);
}
