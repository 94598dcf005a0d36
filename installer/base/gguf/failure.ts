import type { ErrorCode, TextParams } from '../../contract/errors.ts';
import { InstallerError, type InstallerErrorDetails } from '../errors.ts';

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
  params: TextParams = {},
): InstallerError {
  const details: InstallerErrorDetails = { params: { field, offset, ...params }, expected, found };
  return new InstallerError(code, details);
}

/** Puts a file's name in front of the place that a refusal by `readGguf` names, where there may be more than one model. */
export async function namingFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InstallerError) || !error.code.startsWith('GGUF_')) throw error;
    const { code, params, expected = '', found = '' } = error;
    throw new InstallerError(code, {
      params: { ...params, field: `${file}: ${params.field ?? ''}` },
      ...{ expected, found, cause: error },
    });
  }
}
