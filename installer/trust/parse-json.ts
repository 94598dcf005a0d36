import type { z } from 'zod';
import { InstallerError } from '../base/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';

/** JSON text in UTF-8 → the schema's value. Throws `code` naming the file and the first place that does not fit. */
export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>, code: ErrorCode, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new InstallerError(code, { params: { file, what: 'json' }, cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InstallerError(code, {
    params: { file, what: issue?.path.join('.') ?? '' },
    ...(issue === undefined ? {} : { expected: issue.message }),
  });
}
