import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { InstallerError } from '../../base/errors.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { Connections } from './connections.ts';
import type { Defences } from './defences.ts';
import { Entrance } from './entrance.ts';
import { IdleWatch } from './idle.ts';
import { defaultLimits, type HttpLimits } from './limits.ts';
import { answer } from './requests.ts';
import { Windows } from './windows.ts';

export interface ServeOptions {
  engine: Engine;
  /** 0: a free one. */
  port?: number;
  /** The built wizard. */
  rendererDir: string;
  /** Ends by itself after so many ms without a window and without a run; 0: never. */
  idleMs?: number;
  /** Lines for the person at the terminal: never a token, a cookie or a path of a request. */
  log: (line: string) => void;
  limits?: Partial<HttpLimits>;
}

export interface ServedWizard {
  /** With a one-time token behind the `#`, which no browser sends anywhere. */
  url: string;
  port: number;
  /** Another address with a token of its own: the first one was used, the window is closed. */
  newAddress(): string;
  /** Refused requests and messages so far, by reason. */
  refusals(): Readonly<Record<string, number>>;
  /** `fault`: the process cannot go on, and the windows are told so. */
  close(why?: 'closed' | 'fault'): Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<EndReason>;
}

export type EndReason = 'idle' | 'closed' | 'fault';

const loopback = '127.0.0.1';

/**
 * The browser face behind these defences. Whatever is not a test calls `serve`, which has all of them; the import rule
 * lets nobody else import this file.
 * @throws WIZARD_MISSING, ADDRESS_TAKEN
 */
export async function serveBehind(defences: Defences, options: ServeOptions): Promise<ServedWizard> {
  const { engine, log, idleMs = 0 } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const files = await defences.files(options.rendererDir);
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    insecureHTTPParser: false,
  });
  const connections = new Connections(limits.connections, defences.makeRoom);
  server.on('connection', (socket) => connections.add(socket));
  // Node drops headers above a count without a word, perhaps the one that matters; the bound is in bytes.
  server.maxHeadersCount = 0;
  const port = await listen(server, defences.address, options.port ?? 0);
  const entrance = new Entrance(port, defences.entrance);
  const refused = new Map<string, number>();
  const onRefusal = (why: string) => {
    const count = (refused.get(why) ?? 0) + 1;
    refused.set(why, count);
    if (count <= 5) log(`refused: ${why}`);
  };

  const { promise: ended, resolve } = Promise.withResolvers<EndReason>();
  const idle = new IdleWatch(
    idleMs,
    () => windows.count > 0 || engine.context.runs.activeRun !== undefined,
    () => void end('idle'),
  );
  const windows = new Windows({ engine, defences, entrance, port, limits, onRefusal, onCount: () => idle.look(), log });
  const stopWatching = engine.context.runs.watch(() => idle.look());

  server.on('request', (request, response) => {
    connections.asked(request, response, entrance.knows(request));
    const { tokenBodyBytes } = limits;
    answer(request, response, { port, defences, entrance, files, tokenBodyBytes, onRefusal }).catch(() =>
      response.destroy(),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    connections.upgraded(request);
    windows.upgrade(request, socket, head);
  });
  server.on('clientError', (error, socket) => {
    const why = defences.endUnread(error, socket as Socket);
    if (why !== undefined) onRefusal(why);
  });
  // A connection that cannot be taken, for want of descriptors for example, is lost to whoever made it, and to nobody else.
  server.on('error', () => onRefusal('NOT_TAKEN'));
  idle.look();

  const end = async (why: EndReason) => {
    idle.stop();
    stopWatching();
    await windows.close(why === 'fault');
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    await closed;
    resolve(why);
  };
  const newAddress = () => `http://${loopback}:${port}/#token=${entrance.issueToken()}`;
  return {
    url: newAddress(),
    port,
    newAddress,
    refusals: () => Object.fromEntries(refused),
    close: (why = 'closed') => end(why),
    ended,
  };
}

async function listen(server: Server, address: string, port: number): Promise<number> {
  try {
    server.listen(port, address);
    await once(server, 'listening');
  } catch (cause) {
    throw new InstallerError('ADDRESS_TAKEN', { params: { address, port }, cause });
  }
  return (server.address() as AddressInfo).port;
}
