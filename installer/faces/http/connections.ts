import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is known of an open connection. */
export interface Connected {
  /** It brought the cookie, so our own browser has it. */
  known: boolean;
  /** An answer is on its way, or it has become a window. */
  busy: boolean;
}

/** Which of the open connections, oldest first, makes room for a new one; undefined: none, and the new one has to go. */
export type MakeRoom = <Connection extends Connected>(open: Iterable<Connection>) => Connection | undefined;

/**
 * The oldest that waits and never brought the cookie, else the oldest that waits: whoever opens connections and says nothing, be it a
 * browser in advance or another user of this machine, keeps no page away.
 */
export const oldestIdle: MakeRoom = (open) => {
  const waiting = [...open].filter(({ busy }) => !busy);
  return waiting.find(({ known }) => !known) ?? waiting[0];
};

/** The open connections, at most so many. */
export class Connections {
  readonly #open = new Map<Socket, Connected & { socket: Socket }>();
  readonly #limit: number;
  readonly #makeRoom: MakeRoom;

  constructor(limit: number, makeRoom: MakeRoom) {
    this.#limit = limit;
    this.#makeRoom = makeRoom;
  }

  /** A new connection. */
  add(socket: Socket): void {
    if (this.#open.size >= this.#limit) {
      const leaving = this.#makeRoom(this.#open.values());
      (leaving?.socket ?? socket).destroy();
      if (leaving === undefined) return;
      this.#open.delete(leaving.socket);
    }
    this.#open.set(socket, { socket, known: false, busy: false });
    socket.once('close', () => this.#open.delete(socket));
  }

  /** A request came on it; until its answer has gone it is not idle. */
  asked(request: IncomingMessage, response: ServerResponse, isKnown: boolean): void {
    const connected = this.#open.get(request.socket);
    if (connected === undefined) return;
    connected.known ||= isKnown;
    connected.busy = true;
    response.once('close', () => {
      connected.busy = false;
    });
  }

  /** It is a window from now on, and windows have a bound of their own. */
  upgraded(request: IncomingMessage): void {
    const connected = this.#open.get(request.socket);
    if (connected !== undefined) connected.busy = true;
  }
}
