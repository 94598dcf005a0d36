import { type Closed, type EngineClient, type OpenTransport, SessionRefused, type Transport } from './transport.ts';

/** connecting: for the first time; lost: was there and is being opened again; refused: the session is over. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'refused';

/**
 * What may be expected while there is no connection. soon: it has only just gone; unclear: it has been gone for so long that the
 * engine may have stopped; ended: the engine said so.
 */
export type Outlook = 'soon' | 'unclear' | 'ended';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly outlook: Outlook;
  readonly client: EngineClient | null;
  /** Whether this window may change things; null until the engine said so. */
  readonly writer: boolean | null;
}

/** Waits between attempts, milliseconds; the last one repeats. */
const backoff = [250, 500, 1000, 2000, 4000, 5000];
const heartbeatMs = 5000;
const claimAgainMs = 1000;
const answerWithinMs = 15_000;
/** After so long a person is told what to do. */
const soonMs = 15_000;

/**
 * Keeps a connection to the engine: opens it again when it is lost, asks to be the window that may change things, and asks
 * again while another window has that. Everything else is the engine's state and is read from it anew.
 */
export class Connection {
  readonly #open: OpenTransport;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #state: ConnectionState = { status: 'connecting', outlook: 'soon', client: null, writer: null };
  #transport: Transport | undefined;
  #overdue: ReturnType<typeof setTimeout> | undefined;
  #wake: () => void = () => undefined;

  constructor(open: OpenTransport) {
    this.#open = open;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ConnectionState => this.#state;

  /** Works until `stop`. */
  async run(): Promise<void> {
    let attempt = 0;
    this.#expectSoon();
    while (!this.#stop.signal.aborted) {
      let closed: Closed = 'lost';
      try {
        const transport = await this.#open(endsWith(this.#stop.signal, answerWithinMs));
        this.#transport = transport;
        const { writer } = await answered(Promise.race([transport.client.control.claim(), broken(transport)]));
        attempt = 0;
        clearTimeout(this.#overdue);
        this.#set({ status: 'open', outlook: 'soon', client: transport.client, writer });
        closed = await Promise.race([transport.closed, this.#watch(transport)]);
      } catch (error) {
        if (error instanceof SessionRefused && !this.#stop.signal.aborted) {
          clearTimeout(this.#overdue);
          this.#set({ status: 'refused', outlook: 'soon', client: null, writer: null });
          return;
        }
        // Mostly an engine that is not there; whoever looks for another cause finds it in the console.
        console.debug('no connection', error);
      }
      this.#transport?.close();
      this.#transport = undefined;
      if (this.#state.status === 'open') this.#lose(closed === 'ended' ? 'ended' : 'soon');
      await this.#pause(backoff[Math.min(attempt, backoff.length - 1)] ?? 0);
      attempt += 1;
    }
  }

  /** Something has happened after which trying is worth while at once: the page is looked at again. */
  wake(): void {
    this.#wake();
  }

  /** The page lay in the browser's memory, and what was open then is worth nothing: connects anew. */
  renew(): void {
    this.#transport?.close();
    this.#wake();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#overdue);
    this.#transport?.close();
    this.#wake();
  }

  /** There was a connection, and there is none now. */
  #lose(outlook: Outlook): void {
    this.#set({ status: 'lost', outlook, client: null, writer: null });
    if (outlook === 'soon') this.#expectSoon();
  }

  #expectSoon(): void {
    this.#overdue = setTimeout(() => this.#set({ ...this.#state, outlook: 'unclear' }), soonMs);
  }

  async #pause(ms: number): Promise<void> {
    await Promise.race([
      pause(ms),
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
    ]);
  }

  /** Returns when the engine stopped answering. A port gives no sign when its other end dies. */
  async #watch({ client }: Transport): Promise<Closed> {
    while (this.#transport?.client === client) {
      // The socket of a page that was reloaded may still hold the claim for a moment.
      await pause(this.#state.writer === true ? heartbeatMs : claimAgainMs);
      if (this.#transport?.client !== client) return 'lost';
      try {
        const { writer } = await answered(
          this.#state.writer === true ? client.control.state() : client.control.claim(),
        );
        if (writer !== this.#state.writer) this.#set({ ...this.#state, writer });
      } catch {
        return 'lost';
      }
    }
    return 'lost';
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Aborted with the other, or after so long. `AbortSignal.any` came with Chromium 116; the oldest window has 114. */
function endsWith(other: AbortSignal, ms: number): AbortSignal {
  const one = new AbortController();
  const end = () => one.abort();
  const timer = setTimeout(end, ms);
  one.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  if (other.aborted) end();
  else other.addEventListener('abort', end, { once: true, signal: one.signal });
  return one.signal;
}

/** Rejects when the connection goes: what was asked on it is not answered any more. */
async function broken({ closed }: Transport): Promise<never> {
  await closed;
  throw new Error('closed');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function answered<T>(call: Promise<T>): Promise<T> {
  return Promise.race([
    call,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('no answer')), answerWithinMs);
    }),
  ]);
}
