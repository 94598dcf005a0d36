import { MessageChannelMain, type MessagePortMain } from 'electron';
import { peerFrame } from '../../installer/base/frames.ts';
import { type DesktopMessage, type PageMessage, pageMessage } from '../ipc.ts';
import { log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { EngineProcess } from './engine-process.ts';

/** Longest message of a page that is relayed (characters or bytes); the engine checks what is inside. */
const longestMessage = 8_000_000;

/** Joins the page's port and the engine's pipe. There is one engine process, and one port: a new page's replaces the old. */
export class Bridge {
  #engine: EngineProcess | null = null;
  #port: MessagePortMain | null = null;
  #elevate = false;
  readonly #settings: Settings;
  readonly #onPageMessage: (message: PageMessage) => void;

  constructor(settings: Settings, onPageMessage: (message: PageMessage) => void) {
    this.#settings = settings;
    this.#onPageMessage = onPageMessage;
  }

  get running(): boolean {
    return this.#engine?.running ?? false;
  }

  /** The port for a page that asks for one; starts the engine when none is there. */
  open(): MessagePortMain {
    this.#port?.close();
    const engine = this.#engine ?? this.#start();
    engine.startSession();
    const { port1, port2 } = new MessageChannelMain();
    port1.on('message', ({ data }) => this.#fromPage(engine, data));
    port1.start();
    this.#port = port1;
    return port2;
  }

  tell(message: DesktopMessage): void {
    this.#port?.postMessage(message);
  }

  /** Starts the engine again as root. Nothing happens while a run is under way, or when it is root already. */
  async elevate(): Promise<void> {
    if (this.running || this.#engine?.elevated === true) return;
    this.#elevate = true;
    await this.end();
  }

  async end(): Promise<void> {
    await this.#engine?.end();
  }

  #start(): EngineProcess {
    const command = this.#elevate ? [...this.#settings.elevate, ...this.#settings.engine] : this.#settings.engine;
    const engine = new EngineProcess(command, this.#elevate, {
      onMessage: (message) => {
        if (engine === this.#engine) this.#port?.postMessage(message);
      },
      onGone: (reason) => {
        if (engine === this.#engine) this.#engine = null;
        // A password that was not given must not stand in the way of the next, unprivileged start.
        if (engine.elevated && !engine.spoke) this.#elevate = false;
        this.tell({ desktop: 'engine', alive: false, elevated: this.#elevate, reason });
      },
    });
    this.#engine = engine;
    return engine;
  }

  #fromPage(engine: EngineProcess, data: unknown): void {
    if (typeof data === 'string' || data instanceof Uint8Array) {
      if (data.length <= longestMessage) engine.send(peerFrame(data));
      else log('message-refused', { reason: 'too long', length: data.length });
      return;
    }
    const message = pageMessage.safeParse(data);
    if (message.success) this.#onPageMessage(message.data);
    else log('message-refused', { reason: 'unknown shape' });
  }
}
