import { z } from 'zod';
import { sourceLimits } from '../images/limits.ts';
import type { Challenge } from './challenge.ts';
import type { HttpAnswer, HttpClient } from './http-get.ts';
import { isLoopback } from './parse-reference.ts';
import type { RegistryLogin } from './registry-login.ts';

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields */
const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

export interface AuthoriseOptions {
  http: HttpClient;
  /** Of the registry that asked. */
  origin: string;
  repository: string;
  login: RegistryLogin | undefined;
  signal: AbortSignal;
}

/**
 * The Authorization header that answers a challenge; undefined where there is nothing to answer with. A login goes over TLS,
 * or stays on this machine: to anybody else it is not sent, whatever the registry asks for.
 */
export async function authorise(challenge: Challenge, options: AuthoriseOptions): Promise<string | undefined> {
  const { login } = options;
  if (challenge.scheme === 'basic') {
    return login !== undefined && 'username' in login && isPrivate(options.origin) ? basic(login) : undefined;
  }
  const url = URL.parse(challenge.realm);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  url.searchParams.set('scope', challenge.scope ?? `repository:${options.repository}:pull`);
  const headers: Record<string, string> = {};
  if (login !== undefined && isPrivate(url.origin)) {
    if ('username' in login) headers.authorization = basic(login);
    else headers.authorization = `Bearer ${login.identityToken}`;
  }
  const answer = await options.http.get(url, headers, options.signal);
  const body = await readBounded(answer, sourceLimits.tokenBytes);
  if (answer.status !== 200) return undefined;
  const parsed = tokenAnswer.safeParse(parseJson(body));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  return token === undefined ? undefined : `Bearer ${token}`;
}

function isPrivate(origin: string): boolean {
  return origin.startsWith('https:') || isLoopback(origin);
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // no token in it: the registry's own refusal is what is told
    return undefined;
  }
}

/** An answer's whole body; rejects beyond `maxBytes`. */
export async function readBounded(answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
