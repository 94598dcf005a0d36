import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { InstallerError, systemCode } from '../base/errors.ts';
import type { SmokeContext } from './verdict.ts';

export type HttpAnswer =
  | { answered: true; status: number; body: string }
  /** `why` is short and technical: `ECONNREFUSED`, `no answer within 15000 ms`. */
  | { answered: false; why: string; cause?: unknown };

/**
 * One GET over a connection of its own. It carries nothing secret: an address says where, not who. Follows no redirect, uses no proxy, reads a bounded body within a time limit.
 * Not fetch: that refuses ports which a site may well choose (https://fetch.spec.whatwg.org/#port-blocking).
 * @throws CANCELLED when the signal aborts; a server that does not answer properly is an answer of its own.
 */
export async function askHttp(
  url: string,
  { limits, signal }: Pick<SmokeContext, 'limits' | 'signal'>,
): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(limits.requestMs);
  const options: RequestOptions = {
    method: 'GET',
    agent: false,
    signal: AbortSignal.any([signal, timeout]),
    headers: { accept: 'application/json, text/plain, */*' },
  };
  try {
    signal.throwIfAborted();
    const response = await send(url, options);
    return await readAnswer(response, limits.bodyBytes);
  } catch (cause) {
    if (signal.aborted) throw new InstallerError('CANCELLED', { cause });
    if (timeout.aborted) return { answered: false, why: `no answer within ${limits.requestMs} ms`, cause };
    return { answered: false, why: errorName(cause), cause };
  }
}

function send(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const start = url.startsWith('https:') ? tlsRequest : plainRequest;
  // `on`: a request that was cut off may fail a second time, which changes nothing.
  start(url, options).once('response', resolve).on('error', reject).end();
  return promise;
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // leaving the loop early destroys the connection
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return { answered: false, why: `a body of more than ${maxBytes} bytes` };
    chunks.push(chunk);
  }
  return { answered: true, status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}

/** System and TLS errors have codes; `AggregateError` of several addresses carries its first one's. */
function errorName(thrown: unknown): string {
  const code = systemCode(thrown);
  if (code !== undefined) return code;
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown instanceof Error ? thrown.name : 'no answer';
}
