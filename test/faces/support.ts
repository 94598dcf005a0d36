import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import WebSocket from 'ws';
import type { contract } from '../../installer/contract/api.ts';
import { createEngine, type Engine } from '../../installer/engine/create-engine.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import { allDefences, type Defences } from '../../installer/faces/http/defences.ts';
import type { ServedWizard, ServeOptions } from '../../installer/faces/http/serve.ts';
import { serveBehind } from '../../installer/faces/http/serve-behind.ts';
import type { Step } from '../../installer/ports/step.ts';

export type Client = ContractRouterClient<typeof contract>;

export const pageText = '<!doctype html><title>wizard</title>';

/** A folder as `npm run build` leaves it, with something beside it that must never be served. */
export async function makeRenderer(dir: string): Promise<string> {
  const renderer = join(dir, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), pageText);
  await writeFile(join(renderer, 'assets', 'index-AbC_12.js'), 'export {};');
  await writeFile(join(renderer, '.secret'), 'hidden');
  await writeFile(join(dir, 'package.json'), 'outside');
  return renderer;
}

export interface Served {
  engine: Engine;
  server: ServedWizard;
  lines: string[];
}

/** With `defences` other than all of them: a server that nobody can get from the product. */
export async function startServer(
  dir: string,
  options: Partial<ServeOptions> = {},
  defences: Defences = allDefences,
): Promise<Served> {
  const lines: string[] = [];
  const engine = createEngine({ dataDir: join(dir, 'data') });
  const rendererDir = await makeRenderer(dir);
  const server = await serveBehind(defences, { engine, rendererDir, log: (line) => lines.push(line), ...options });
  return { engine, server, lines };
}

export function tokenOf(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
}

/**
 * A refusal may reset a connection while this side still writes: an error event that nobody listens to would end the whole
 * suite. What the tests assert is the answer and the close, which come all the same.
 */
export const ignoreReset = (): void => undefined;

/** The answer to bytes written as they are; status 0: the connection ended without one. */
export async function raw(port: number, request: string | Buffer): Promise<{ status: number; text: string }> {
  const socket = connect(port, '127.0.0.1').on('error', ignoreReset);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(request);
  await new Promise((resolve) => socket.once('close', resolve));
  const text = Buffer.concat(chunks).toString('latin1');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}

/** Where a wizard is served, in this process or another. */
export type WizardAddress = Pick<ServedWizard, 'url' | 'port'>;

/** Exchanges an address's token; gives the cookie. */
export async function enter(server: WizardAddress, url = server.url): Promise<string> {
  const origin = `http://127.0.0.1:${server.port}`;
  const body = JSON.stringify({ token: tokenOf(url) });
  const headers = { 'content-type': 'application/json', origin };
  const response = await fetch(`${origin}/session`, { method: 'POST', headers, body });
  if (response.status !== 204) throw new Error(`refused: ${response.status}`);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

export function socketOf(server: WizardAddress, cookie: string): WebSocket {
  const origin = `http://127.0.0.1:${server.port}`;
  return new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie }, origin });
}

export interface Window {
  client: Client;
  socket: WebSocket;
  close(): Promise<void>;
}

export async function openWindow(server: WizardAddress, cookie: string): Promise<Window> {
  const socket = socketOf(server, cookie);
  await once(socket, 'open');
  socket.on('error', ignoreReset);
  // Node's `ws` has all that the link uses of a browser's WebSocket.
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  const close = async () => {
    socket.close();
    await once(socket, 'close');
  };
  return { client, socket, close };
}

/** A run that goes on until it is told to end or cancelled. */
export function startHeldRun(engine: Engine): { run: string; finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const held: Step<null, true> = {
    id: 'readiness',
    weight: 1,
    unit: 'items',
    reversible: true,
    check: async () => undefined,
    run: async (_input, { signal, emit }) => {
      emit({ kind: 'log', level: 'info', source: 'test', message: 'held' });
      const aborted = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
      await Promise.race([promise, aborted]);
      return true;
    },
    verify: async () => undefined,
  };
  const { run } = engine.context.runs.start('check', () => ({
    plan: startPlan<object>().step('held', held, () => null),
    initial: {},
    undoOnRefusal: false,
  }));
  return { run, finish: resolve };
}
