import { ORPCError } from '@orpc/server';
import { z } from 'zod';
import { InstallerError, toWire } from '../base/errors.ts';
import type { ProcedureMeta } from '../contract/api.ts';
import type { WireError } from '../contract/errors.ts';
import type { Session } from './session.ts';

/** @throws READ_ONLY when a window that only looks on calls what changes something */
export function requireWriter(meta: ProcedureMeta, session: Session): void {
  if (meta.changes && !session.writer) throw new InstallerError('READ_ONLY');
}

/** As the contract has errors: code, params and causes, whatever was thrown. */
export function contractError(thrown: unknown): WireError {
  return toWire(thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST' ? requestFormat(thrown) : thrown);
}

const validation = z.object({ issues: z.array(z.object({ path: z.array(z.unknown()), message: z.string() })) });

/** Names the field, not its value: answers and paths do not belong into logs. */
function requestFormat(error: ORPCError<'BAD_REQUEST', unknown>): InstallerError {
  const found = validation.safeParse(error.data);
  const issue = found.success ? found.data.issues[0] : undefined;
  const field = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.map(String).join('.');
  return new InstallerError('REQUEST_FORMAT', {
    params: { field: field.slice(0, 200) },
    ...(issue === undefined ? {} : { expected: issue.message.slice(0, 200) }),
  });
}

/** The same iterator, whose failure is what `translate` makes of it; its return value stays. */
export async function* translated(
  source: AsyncIterable<unknown> & AsyncIterator<unknown, unknown>,
  translate: (thrown: unknown) => unknown,
): AsyncGenerator<unknown, unknown> {
  try {
    return yield* iterable(source);
  } catch (thrown) {
    throw translate(thrown);
  }
}

function iterable<T, R>(source: AsyncIterator<T, R>): AsyncIterable<T, R> {
  return { [Symbol.asyncIterator]: () => source };
}

/** What streams events, as opposed to a plain value. */
export function isEventIterator(output: unknown): output is AsyncIterable<unknown> & AsyncIterator<unknown, unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}
