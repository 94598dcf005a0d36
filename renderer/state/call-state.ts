import type { WireError } from '../../installer/contract/errors.ts';

export type CallState<T> =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'done'; value: T }
  /** null: the connection broke. */
  | { kind: 'failed'; error: WireError | null };
