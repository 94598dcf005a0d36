import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Engine } from '../../engine/create-engine.ts';
import { WindowClaim } from '../../engine/session.ts';
import type { Refusal } from '../wire/check-message.ts';
import { contractPeer } from '../wire/contract-peer.ts';
import type { Defences } from './defences.ts';
import type { Entrance } from './entrance.ts';
import type { HttpLimits } from './limits.ts';
import { type RequestRefusal, statusOf } from './request-rules.ts';
import { problemOf } from './requests.ts';

export const socketPath = '/rpc';

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const closeCodes = { goingAway: 1001, policy: 1008, fault: 1011, overloaded: 1013 } as const;

/** How long a window gets to take our goodbye (ms). */
const goodbyeMs = 1000;

export interface WindowsOptions {
  engine: Engine;
  defences: Defences;
  entrance: Entrance;
  port: number;
  limits: HttpLimits;
  onRefusal: (why: RequestRefusal | Refusal | 'WINDOWS' | 'UPGRADE') => void;
  /** A window came or went; how many there are now. */
  onCount: (count: number) => void;
  log: (line: string) => void;
}

/** The windows of the browser face: each a WebSocket, an own session and a peer of the contract. */
export class Windows {
  readonly #options: WindowsOptions;
  readonly #claim = new WindowClaim();
  readonly #server: WebSocketServer;
  readonly #pings: NodeJS.Timeout;
  readonly #silent = new WeakSet<WebSocket>();
  #closing = false;

  constructor(options: WindowsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: options.limits.messageBytes,
      perMessageDeflate: false,
      clientTracking: true,
    });
    this.#pings = setInterval(() => this.#ping(), options.limits.pingMs);
    this.#pings.unref();
  }

  get count(): number {
    return this.#server.clients.size;
  }

  /** An upgrade is refused before the socket speaks WebSocket, unless each check holds. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { onRefusal, limits } = this.#options;
    const problem = this.#problem(request);
    if (problem !== undefined) {
      onRefusal(problem);
      endWith(socket, statusOf[problem]);
    } else if (this.#closing) {
      endWith(socket, 503);
    } else if (this.count >= limits.windows) {
      onRefusal('WINDOWS');
      endWith(socket, 503);
    } else {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket));
    }
  }

  /** Says goodbye to every window, which then knows that waiting does not help; no new one is let in. */
  async close(isFault: boolean): Promise<void> {
    clearInterval(this.#pings);
    this.#closing = true;
    const clients = [...this.#server.clients];
    const gone = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
    for (const client of clients) client.close(isFault ? closeCodes.fault : closeCodes.goingAway);
    // One that sleeps or hangs does not answer.
    const timer = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, goodbyeMs);
    await Promise.all(gone);
    clearTimeout(timer);
    this.#server.close();
  }

  #problem(request: IncomingMessage): RequestRefusal | undefined {
    const { defences, entrance } = this.#options;
    const wrong = problemOf(request, 'upgrade', this.#options);
    if (wrong !== undefined) return wrong;
    if (request.url !== socketPath) return 'NOT_FOUND';
    return defences.admits(entrance, request) ? undefined : 'SESSION';
  }

  #open(socket: WebSocket): void {
    const { engine, defences, onCount, onRefusal, limits, log } = this.#options;
    const peer = contractPeer(engine, {
      session: this.#claim.open(),
      check: defences.message,
      send: (text) => {
        if (socket.bufferedAmount > limits.backlogBytes) socket.close(closeCodes.overloaded);
        else socket.send(text);
      },
      onFault: () => log('an answer could not be sent'),
    });
    onCount(this.count);
    socket.on('message', (data: RawData, isBinary) => {
      const why = peer.receive(isBinary ? data : data.toString());
      if (why === undefined) return;
      onRefusal(why);
      // Our own window never sends such: whoever does is not listened to any longer.
      socket.removeAllListeners('message');
      peer.close();
      socket.close(closeCodes.policy, why);
    });
    socket.on('pong', () => this.#silent.delete(socket));
    socket.on('error', () => onRefusal('UPGRADE'));
    socket.on('close', () => {
      peer.close();
      onCount(this.count);
    });
  }

  /**
   * After a pause of this process (a machine that slept, a stopped job) the answers to the last ping lie there unread when this
   * timer is called: they are read before anybody is taken for gone.
   */
  #ping(): void {
    setImmediate(() => {
      for (const client of this.#server.clients) {
        if (this.#silent.has(client)) client.terminate();
        else {
          this.#silent.add(client);
          client.ping();
        }
      }
    });
  }
}

function endWith(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
