import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Defences } from './defences.ts';
import type { Entrance } from './entrance.ts';
import { type RequestKind, type RequestRefusal, sessionPath, statusOf } from './request-rules.ts';
import type { FileLookup } from './static-files.ts';

export interface RequestOptions {
  port: number;
  defences: Defences;
  entrance: Entrance;
  files: FileLookup;
  tokenBodyBytes: number;
  onRefusal: (why: RequestRefusal) => void;
}

const tokenBody = z.strictObject({ token: z.string().regex(/^[0-9a-f]{64}$/) });

/** What is wrong with a request by the first rule that says so. */
export function problemOf(
  request: IncomingMessage,
  kind: RequestKind,
  { defences, port }: Pick<RequestOptions, 'defences' | 'port'>,
): RequestRefusal | undefined {
  for (const rule of defences.rules) {
    const why = rule(request, { port, kind });
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Answers everything but upgrades: the wizard's files for GET, and POST /session, which turns the token into a cookie. */
export async function answer(request: IncomingMessage, response: ServerResponse, options: RequestOptions) {
  const kind = request.url === sessionPath ? 'session' : 'file';
  const why =
    problemOf(request, kind, options) ??
    (kind === 'session' ? await enter(request, response, options) : sendFile(request, response, options));
  if (why === undefined) return;
  options.onRefusal(why);
  // What is left of the request is not read: the connection ends with the answer.
  const common = options.defences.headers(`127.0.0.1:${options.port}`);
  response.writeHead(statusOf[why], { ...common, connection: 'close', 'content-length': 0 }).end();
}

type Answered = RequestRefusal | undefined;

function sendFile(request: IncomingMessage, response: ServerResponse, { defences, files }: RequestOptions): Answered {
  const file = files(request.url ?? '');
  if (file === undefined) return 'NOT_FOUND';
  const headers = {
    ...defences.headers(request.headers.host ?? ''),
    'content-type': file.type,
    'content-length': file.body.length,
    ...(file.immutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}),
  };
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : file.body);
  return undefined;
}

async function enter(
  request: IncomingMessage,
  response: ServerResponse,
  { defences, entrance, tokenBodyBytes }: RequestOptions,
): Promise<Answered> {
  const body = await readSmallBody(request, tokenBodyBytes);
  if (body === undefined) return 'BODY';
  const token = parseToken(body);
  const cookie = token === undefined ? undefined : entrance.exchange(token);
  if (cookie === undefined) return 'TOKEN';
  response.writeHead(204, { ...defences.headers(request.headers.host ?? ''), 'set-cookie': cookie }).end();
  return undefined;
}

function parseToken(body: string): string | undefined {
  try {
    return tokenBody.safeParse(JSON.parse(body)).data?.token;
  } catch {
    return undefined;
  }
}

/** The body with the length that it announced; undefined for a chunked, a large or a cut off one. */
async function readSmallBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (request.headers['transfer-encoding'] !== undefined || !(length <= maxBytes)) return undefined;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
