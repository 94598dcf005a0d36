import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../installer/contract/api.ts';

export type EngineClient = ContractRouterClient<typeof contract>;

/** lost: nobody said why; ended: the engine said that it ends. */
export type Closed = 'lost' | 'ended';

/** One connection to the engine. `closed` settles when it is gone, whoever ended it. */
export interface Transport {
  readonly client: EngineClient;
  readonly closed: Promise<Closed>;
  close(): void;
}

/** Opens a connection or rejects; `signal` ends the attempt. */
export type OpenTransport = (signal: AbortSignal) => Promise<Transport>;

/** The browser's session is not valid (any more): asking again does not help, a new address does. */
export class SessionRefused extends Error {}
