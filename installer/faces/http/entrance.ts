import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { headerValues } from './request-rules.ts';

const keyBytes = 32;
const maxSessions = 16;
const maxTokens = 16;

export interface EntranceRules {
  /** A token is worth nothing any more once it was exchanged. */
  singleUse: boolean;
  /** What follows the cookie's value in Set-Cookie, https://www.rfc-editor.org/rfc/rfc6265#section-4.1. */
  cookieAttributes: string;
}

/**
 * Who may come in: whoever has the address that was printed, once; after that whoever has the cookie that was given for it.
 * Only hashes are kept, so comparing takes the same time whatever was guessed.
 */
export class Entrance {
  readonly #cookie: string;
  readonly #rules: EntranceRules;
  #tokens: Buffer[] = [];
  #sessions: Buffer[] = [];

  /** The cookie bears the port in its name: cookies do not know ports, and another program may serve one beside. */
  constructor(port: number, rules: EntranceRules) {
    this.#cookie = `airgap_${port}`;
    this.#rules = rules;
  }

  /** A new one-time token, 256 bits in hex. */
  issueToken(): string {
    const token = newKey();
    this.#tokens = [...this.#tokens.slice(1 - maxTokens), hash(token)];
    return token;
  }

  /** The Set-Cookie header for a token that was not used before; undefined for any other. */
  exchange(token: string): string | undefined {
    const found = this.#tokens.find((known) => timingSafeEqual(known, hash(token)));
    if (found === undefined) return undefined;
    if (this.#rules.singleUse) this.#tokens = this.#tokens.filter((known) => known !== found);
    const session = newKey();
    this.#sessions = [...this.#sessions.slice(1 - maxSessions), hash(session)];
    return `${this.#cookie}=${session}; ${this.#rules.cookieAttributes}`;
  }

  /** True when the request has exactly one cookie of our name, and it is one that was given. */
  knows(request: IncomingMessage): boolean {
    const pairs = headerValues(request, 'cookie').flatMap((header) => header.split(';').map((pair) => pair.trim()));
    const ours = pairs.filter((pair) => pair.startsWith(`${this.#cookie}=`));
    const [only] = ours;
    if (ours.length !== 1 || only === undefined) return false;
    const given = hash(only.slice(this.#cookie.length + 1));
    return this.#sessions.some((known) => timingSafeEqual(known, given));
  }
}

function newKey(): string {
  return randomBytes(keyBytes).toString('hex');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
