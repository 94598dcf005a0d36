import { RPCHandler } from '@orpc/server/websocket';
import type { EngineContext } from '../../engine/context.ts';
import type { Engine } from '../../engine/create-engine.ts';
import type { WindowSession } from '../../engine/session.ts';
import { type CheckedMessage, checkMessage, type Refusal } from './check-message.ts';

/** Calls of one window that may be unanswered at a time, streams included. */
const maxCalls = 64;

/** One connection to the engine's contract, whatever carries it. */
export interface ContractPeer {
  /** Hands a message on, or says why not. */
  receive(data: unknown): Refusal | undefined;
  /** The connection is gone: what still waits for it is aborted (runs go on), its claim is free. */
  close(): void;
}

export interface PeerOptions {
  session: WindowSession;
  /** What is let in; by default, and always but in the suites, `checkMessage`. */
  check?: (data: unknown) => CheckedMessage;
  /** Gets the answers and events. */
  send: (text: string) => void;
  /** What the wire itself could not do, a failing `send` for example. Never called with a message's content. */
  onFault: (error: unknown) => void;
}

/** Answers the contract for one window. */
export function contractPeer(
  engine: Engine,
  { session, check = checkMessage, send, onFault }: PeerOptions,
): ContractPeer {
  const handler = new RPCHandler<EngineContext>(engine.router);
  const context = { ...engine.context, session };
  let calls = 0;
  let closed = false;
  const socket = {
    addEventListener: () => undefined,
    send: (data: unknown) => {
      // The contract has no files, so answers are always text.
      if (!closed && typeof data === 'string') send(data);
    },
  };
  return {
    receive(data) {
      const message = check(data);
      if (!message.ok) return message.why;
      if (message.kind === 'call' && calls >= maxCalls) return 'TOO_MANY';
      calls++;
      handler
        .message(socket, message.text, { context })
        .catch((error: unknown) => {
          if (!closed) onFault(error);
        })
        .finally(() => {
          calls--;
        });
      return undefined;
    },
    close() {
      closed = true;
      handler.close(socket);
      session.close();
    },
  };
}
