import { ORPCError } from '@orpc/client';
import type { WireError } from '../../installer/contract/errors.ts';

/**
 * What an error of a call says. `null`: the connection broke or the call was given up, which the page shows in another way.
 */
export function toWire(thrown: unknown): WireError | null {
  if (!(thrown instanceof ORPCError)) return null;
  const data: unknown = thrown.data;
  if (thrown.code === 'INSTALLER' && isWire(data)) return data;
  return { code: 'INTERNAL', params: { what: String(thrown.code) }, detail: thrown.message };
}

function isWire(data: unknown): data is WireError {
  return typeof data === 'object' && data !== null && 'code' in data && 'params' in data;
}
