import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Entrance } from './entrance.ts';
import { maxTokenBody } from './limits.ts';
import {
  hasBody,
  headerValues,
  hostProblem,
  originProblem,
  type RequestRefusal,
  siteProblem,
  statusOf,
  targetPath,
} from './request-rules.ts';
import { commonHeaders } from './response-headers.ts';
import type { StaticFile } from './static-files.ts';

export interface RequestOptions {
  port: number;
  entrance: Entrance;
  files: ReadonlyMap<string, StaticFile>;
  onRefusal: (why: RequestRefusal) => void;
}

const sessionPath = '/session';
const tokenBody = z.strictObject({ token: z.string().regex(/^[0-9a-f]{64}$/) });

/** Answers everything but upgrades: the wizard's files for GET, and POST /session, which turns the token into a cookie. */
export async function answer(request: IncomingMessage, response: ServerResponse, options: RequestOptions) {
  const why = await serveOrRefuse(request, response, options);
  if (why === undefined) return;
  options.onRefusal(why);
  // What is left of the request is not read: the connection ends with the answer.
  const headers = { ...commonHeaders(`127.0.0.1:${options.port}`), connection: 'close', 'content-length': 0 };
  response.writeHead(statusOf[why], headers).end();
}

type Answered = RequestRefusal | undefined;

async function serveOrRefuse(
  request: IncomingMessage,
  response: ServerResponse,
  { port, entrance, files }: RequestOptions,
): Promise<Answered> {
  const wrongHost = hostProblem(request, port);
  if (wrongHost !== undefined) return wrongHost;
  const path = targetPath(request);
  if (path === undefined) return 'TARGET';
  const isSession = path === sessionPath;
  const problem = originProblem(request, { required: isSession }) ?? siteProblem(request);
  if (problem !== undefined) return problem;
  return isSession ? enter(request, response, entrance) : sendFile(request, response, files.get(path));
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile | undefined): Answered {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'METHOD';
  if (hasBody(request)) return 'BODY';
  if (file === undefined) return 'NOT_FOUND';
  const headers = {
    ...commonHeaders(request.headers.host ?? ''),
    'content-type': file.type,
    'content-length': file.body.length,
    ...(file.immutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}),
  };
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : file.body);
  return undefined;
}

/** A form of another site cannot send JSON without asking first (CORS), and is told nothing when it asks. */
async function enter(request: IncomingMessage, response: ServerResponse, entrance: Entrance): Promise<Answered> {
  if (request.method !== 'POST') return 'METHOD';
  const types = headerValues(request, 'content-type');
  if (types.length !== 1 || types[0] !== 'application/json') return 'TYPE';
  const body = await readSmallBody(request);
  if (body === undefined) return 'BODY';
  const token = parseToken(body);
  const cookie = token === undefined ? undefined : entrance.exchange(token);
  if (cookie === undefined) return 'TOKEN';
  response.writeHead(204, { ...commonHeaders(request.headers.host ?? ''), 'set-cookie': cookie }).end();
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
async function readSmallBody(request: IncomingMessage): Promise<string | undefined> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (request.headers['transfer-encoding'] !== undefined || !(length <= maxTokenBody)) return undefined;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
