import { InstallerError } from '../base/errors.ts';

/** Takes generated secrets out of a text. */
export type Redact = (text: string) => string;

/** The same error with every text below it redacted: what containers and Compose print may hold anything. */
export function redactError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return redact(String(error));
  const cause = error.cause === undefined ? undefined : redactError(error.cause, redact);
  if (!(error instanceof InstallerError)) return new Error(redact(error.message), { cause });
  return new InstallerError(error.code, {
    params: error.params,
    ...(error.expected === undefined ? {} : { expected: redact(error.expected) }),
    ...(error.found === undefined ? {} : { found: redact(error.found) }),
    cause,
  });
}
