import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  method: string;
  path: string;
  body: string;
}

type Handler = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

/** A real HTTP server on loopback for one test; `requests` is what it was asked. */
export async function serve(handler: Handler): Promise<{ url: string; requests: Received[] }> {
  const requests: Received[] = [];
  const server = createServer(async (raw, response) => {
    const received = { method: raw.method ?? '', path: raw.url ?? '', body: await text(raw) };
    requests.push(received);
    handler(received, response, raw);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers everything with a status and a body. */
export function answering(status: number, body = '', headers: Record<string, string> = {}): Handler {
  return (_request, response) => response.writeHead(status, headers).end(body);
}
