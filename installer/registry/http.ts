import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { holdLast } from './hold-last.ts';

/** A body that is streamed: exactly `size` bytes, and not the last of them unless the source ends well. */
export interface StreamedBody {
  open(): Readable;
  size: number;
  onBytes?: (count: number) => void;
}

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Record<string, string>;
  body?: Buffer | StreamedBody;
  signal?: AbortSignal | undefined;
  /** No byte in either direction for so long ends the request with ETIMEDOUT; ms. */
  idleMs?: number;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A registry on a slow disk may need minutes to commit a layer of many gigabytes. */
const defaultIdleMs = 10 * 60_000;
const maxAnswerBytes = 1024 * 1024;

/**
 * One HTTP exchange. Resolves whatever the status; rejects with the connection's error, the body source's error, or an
 * AbortError. fetch() is not used because it sends streams chunked, without Content-Length.
 */
export function exchange(agent: Agent, options: HttpRequest): Promise<HttpAnswer> {
  const { body, idleMs = defaultIdleMs } = options;
  const size = body === undefined ? 0 : Buffer.isBuffer(body) ? body.length : body.size;
  return new Promise((resolve, reject) => {
    const outgoing = request(options.url, {
      method: options.method,
      agent,
      headers: { ...options.headers, ...(carriesBody(options.method) ? { 'content-length': size } : {}) },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(idleMs, () => outgoing.destroy(timedOut(idleMs)));
    outgoing.once('response', (incoming) => {
      collect(incoming)
        .then(resolve, reject)
        // an answer that comes before the whole body was sent: the registry wants no more of it
        .finally(() => outgoing.writableFinished || outgoing.destroy());
    });
    if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body);
    else pipeline(body.open(), holdLast(body.onBytes), outgoing).catch(reject);
  });
}

/** Connections are kept: dozens of small requests go to the same place. */
export function keepAliveAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 8 });
}

function carriesBody(method: HttpRequest['method']): boolean {
  return method === 'POST' || method === 'PUT';
}

async function collect(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw new Error(`the registry's answer is longer than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}

function timedOut(idleMs: number): Error {
  return Object.assign(new Error(`nothing moved for ${idleMs} ms`), { code: 'ETIMEDOUT' });
}
