import { type EngineClient, type OpenTransport, SessionRefused, type Transport } from './transport.ts';

/** connecting: for the first time; lost: was there and is being opened again; refused: the session is over. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'refused';

export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly client: EngineClient | null;
  /** Whether this window may change things; null until the engine said so. */
  readonly writer: boolean | null;
}

/** Waits between attempts, milliseconds; the last one repeats. */
const backoff = [250, 500, 1000, 2000, 4000, 5000];
const heartbeatMs = 5000;
const claimAgainMs = 1000;
const answerWithinMs = 15_000;

/**
 * Keeps a connection to the engine: opens it again when it is lost, asks to be the window that may change things, and asks
 * again while another window has that. Everything else is the engine's state and is read from it anew.
 */
export class Connection {
  readonly #open: OpenTransport;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #state: ConnectionState = { status: 'connecting', client: null, writer: null };
  #transport: Transport | undefined;

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
    while (!this.#stop.signal.aborted) {
      try {
        const transport = await this.#open(endsWith(this.#stop.signal, answerWithinMs));
        this.#transport = transport;
        const { writer } = await answered(transport.client.control.claim());
        attempt = 0;
        this.#set({ status: 'open', client: transport.client, writer });
        await Promise.race([transport.closed, this.#watch(transport)]);
      } catch (error) {
        if (error instanceof SessionRefused && !this.#stop.signal.aborted) {
          this.#set({ status: 'refused', client: null, writer: null });
          return;
        }
        // Mostly an engine that is not there; whoever looks for another cause finds it in the console.
        console.debug('no connection', error);
      }
      this.#transport?.close();
      this.#transport = undefined;
      if (this.#state.status === 'open') this.#set({ status: 'lost', client: null, writer: null });
      await pause(backoff[Math.min(attempt, backoff.length - 1)] ?? 0);
      attempt += 1;
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#transport?.close();
  }

  /** Returns when the engine stopped answering. A port gives no sign when its other end dies. */
  async #watch({ client }: Transport): Promise<void> {
    while (this.#transport?.client === client) {
      // The socket of a page that was reloaded may still hold the claim for a moment.
      await pause(this.#state.writer === true ? heartbeatMs : claimAgainMs);
      if (this.#transport?.client !== client) return;
      try {
        const { writer } = await answered(
          this.#state.writer === true ? client.control.state() : client.control.claim(),
        );
        if (writer !== this.#state.writer) this.#set({ ...this.#state, writer });
      } catch {
        return;
      }
    }
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
