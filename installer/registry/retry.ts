import { setTimeout as sleep } from 'node:timers/promises';
import { InstallerError } from '../base/errors.ts';

/** Codes of a connection that broke or could not be made: the registry may be starting again. */
const transientCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

export interface RetryOptions {
  /** Tries in all, at least 1. */
  attempts: number;
  /** Wait before the second try; doubled for each further one up to `longestDelayMs`; ms. */
  firstDelayMs: number;
  longestDelayMs?: number;
  signal?: AbortSignal | undefined;
}

/** Half a minute in all: long enough for the engine to start a registry again that died. */
export const defaultRetries = {
  attempts: 11,
  firstDelayMs: 250,
  longestDelayMs: 4_000,
} as const satisfies RetryOptions;

/** Repeats `work` after broken connections and after answers that ask for it (429, 5xx); the last error is thrown. */
export async function withRetries<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (options.signal?.aborted || attempt >= options.attempts || !isTransient(error)) throw error;
    }
    const delay = Math.min(
      options.firstDelayMs * 2 ** (attempt - 1),
      options.longestDelayMs ?? Number.POSITIVE_INFINITY,
    );
    await sleep(delay, undefined, { signal: options.signal });
  }
}

/** The code of a broken connection; Node's "socket hang up" is a plain Error that has one, without an errno. */
export function connectionCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && transientCodes.has(code) ? code : undefined;
}

function isTransient(error: unknown): boolean {
  if (connectionCode(error) !== undefined) return true;
  if (!(error instanceof InstallerError) || error.code !== 'REGISTRY_REFUSED') return false;
  const { status } = error.params;
  return typeof status === 'number' && (status === 429 || status >= 500);
}
