import { setTimeout as sleep } from 'node:timers/promises';
import { InstallerError } from '../../installer/base/errors.ts';
import { sourceLimits } from '../images/limits.ts';
import { authorise, readBounded } from './authorise.ts';
import { parseChallenge } from './challenge.ts';
import type { HttpAnswer, HttpClient } from './http-get.ts';
import { isLoopback, type RegistryReference } from './parse-reference.ts';
import type { FindLogin } from './registry-login.ts';

export interface ConnectionOptions {
  findLogin: FindLogin;
  signal: AbortSignal;
}

const attempts = 6;
const firstDelayMs = 250;
const transient = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Requests to one repository of a registry: logged in where it asks for that, tried again where a connection broke. */
export class Connection {
  readonly #http: HttpClient;
  readonly #target: RegistryReference;
  readonly #options: ConnectionOptions;
  #origin: string;
  #authorization: string | undefined;

  constructor(http: HttpClient, target: RegistryReference, options: ConnectionOptions) {
    this.#http = http;
    this.#target = target;
    this.#options = options;
    this.#origin = target.origin;
  }

  async read(operation: string, path: string, headers: Record<string, string> = {}) {
    return this.#retrying(operation, async () => {
      const answer = await this.#ask(operation, path, headers, [200]);
      try {
        return { bytes: await readBounded(answer, sourceLimits.documentBytes), headers: answer.headers };
      } catch (error) {
        if (error instanceof RangeError) throw refusal(this.#target.registry, operation, 'size', { cause: error });
        throw error;
      }
    });
  }

  async *stream(operation: string, path: string, size: number): AsyncGenerator<Buffer> {
    let done = 0;
    for (let failures = 0; done < size || size === 0; ) {
      try {
        const headers: Record<string, string> = done === 0 ? {} : { range: `bytes=${done}-` };
        const answer = await this.#retrying(operation, () => this.#ask(operation, path, headers, [200, 206]));
        // without ranges it starts anew: what we have is let through unseen
        let skip = answer.status === 206 ? 0 : done;
        for await (const chunk of answer.body as AsyncIterable<Buffer>) {
          const fresh = chunk.subarray(Math.min(skip, chunk.length));
          skip -= chunk.length - fresh.length;
          if (fresh.length === 0) continue;
          done += fresh.length;
          if (done > size) throw refusal(this.#target.registry, operation, 'size', { expected: size, found: done });
          failures = 0;
          yield fresh;
        }
        if (done < size) throw refusal(this.#target.registry, operation, 'size', { expected: size, found: done });
        return;
      } catch (error) {
        failures += 1;
        if (!isTransient(error) || failures >= attempts) throw this.#asFailure(operation, error);
        await this.#pause(failures);
      }
    }
  }

  async #ask(
    operation: string,
    path: string,
    headers: Record<string, string>,
    accepted: readonly number[],
  ): Promise<HttpAnswer> {
    let answer = await this.#send(path, headers);
    if (answer.status === 401) {
      answer.body.destroy();
      const challenge = parseChallenge(answer.headers['www-authenticate']);
      this.#authorization = challenge && (await this.#authorise(challenge));
      if (this.#authorization !== undefined) answer = await this.#send(path, headers);
    }
    if (accepted.includes(answer.status)) return answer;
    answer.body.destroy();
    throw refusal(this.#target.registry, operation, answer.status);
  }

  async #authorise(challenge: Parameters<typeof authorise>[0]): Promise<string | undefined> {
    const { repository, registry } = this.#target;
    const login = await this.#options.findLogin(registry);
    const { signal } = this.#options;
    return authorise(challenge, { http: this.#http, origin: this.#origin, repository, login, signal });
  }

  async #send(path: string, headers: Record<string, string>): Promise<HttpAnswer> {
    const { signal } = this.#options;
    const all = this.#authorization === undefined ? headers : { ...headers, authorization: this.#authorization };
    try {
      return await this.#http.get(new URL(path, this.#origin), all, signal);
    } catch (error) {
      // as Docker does: a registry on this machine may do without TLS
      if (!isLoopback(this.#origin) || !speaksNoTls(error) || this.#origin.startsWith('http:')) throw error;
      this.#origin = this.#origin.replace('https:', 'http:');
      return this.#http.get(new URL(path, this.#origin), all, signal);
    }
  }

  async #retrying<T>(operation: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || attempt >= attempts) throw this.#asFailure(operation, error);
        await this.#pause(attempt);
      }
    }
  }

  async #pause(attempt: number): Promise<void> {
    await sleep(firstDelayMs * 2 ** (attempt - 1), undefined, { signal: this.#options.signal });
  }

  #asFailure(operation: string, error: unknown): unknown {
    if (this.#options.signal.aborted) return new InstallerError('CANCELLED', { cause: error });
    if (error instanceof InstallerError) return error;
    return refusal(this.#target.registry, operation, codeOf(error) ?? 'connection', { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** OpenSSL's words for an answer that is no TLS record. */
function speaksNoTls(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EPROTO' || code?.startsWith('ERR_SSL_') === true;
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof InstallerError)) return transient.has(codeOf(error) ?? '');
  const { status } = error.params;
  return error.code === 'SOURCE_REGISTRY' && typeof status === 'number' && (status === 429 || status >= 500);
}

/** SOURCE_REGISTRY; `status` is the HTTP status, an errno, or what was wrong with the answer. */
export function refusal(
  registry: string,
  operation: string,
  status: number | string,
  details: { expected?: string | number; found?: string | number; cause?: unknown } = {},
): InstallerError {
  return new InstallerError('SOURCE_REGISTRY', { params: { registry, operation, status }, ...details });
}
