import type { IncomingMessage } from 'node:http';

/** Why a request is refused; becomes its status, and one word in the log. */
export type RequestRefusal =
  | 'HOST'
  | 'ORIGIN'
  | 'SITE'
  | 'TARGET'
  | 'METHOD'
  | 'BODY'
  | 'TYPE'
  | 'SESSION'
  | 'TOKEN'
  | 'NOT_FOUND';

export const statusOf = {
  HOST: 421,
  ORIGIN: 403,
  SITE: 403,
  TARGET: 400,
  METHOD: 405,
  BODY: 413,
  TYPE: 415,
  SESSION: 401,
  TOKEN: 401,
  NOT_FOUND: 404,
} as const satisfies Record<RequestRefusal, number>;

/** The exchange of the one-time token for a cookie; anything else that is no upgrade asks for a file. */
export const sessionPath = '/session';

export type RequestKind = 'file' | 'session' | 'upgrade';

/** One thing that every request and every upgrade must satisfy, whatever the others say. */
export type RequestRule = (
  request: IncomingMessage,
  about: { port: number; kind: RequestKind },
) => RequestRefusal | undefined;

/**
 * A page of another site that has its name resolve to 127.0.0.1 (DNS rebinding) says its own name here, so only ours is taken;
 * exactly one Host header, spelled as we print it.
 */
export const ownHost: RequestRule = (request, { port }) => {
  const hosts = headerValues(request, 'host');
  return hosts.length === 1 && ownHosts(port).includes(hosts[0] ?? '') ? undefined : 'HOST';
};

/** Only a path (origin-form, RFC 9112 section 3.2.1), and nothing that would have to be decoded to be understood. */
export const plainTarget: RequestRule = (request) => {
  const target = request.url ?? '';
  const isPlain = /^\/[A-Za-z0-9._/-]*$/.test(target) && !target.includes('//') && !target.includes('..');
  return isPlain ? undefined : 'TARGET';
};

/** Browsers say which page asks. The same spelling on both: a page from `localhost` has no business with `127.0.0.1`. */
export const ownOrigin: RequestRule = (request) => {
  const origins = headerValues(request, 'origin');
  if (origins.length === 0) return undefined;
  return origins.length === 1 && origins[0] === `http://${request.headers.host}` ? undefined : 'ORIGIN';
};

/**
 * Who asks must be said for everything but a plain GET of the wizard's files, which a typed address also is and which gives
 * nothing away.
 */
export const originGiven: RequestRule = (request, { kind }) =>
  kind !== 'file' && headerValues(request, 'origin').length === 0 ? 'ORIGIN' : undefined;

/**
 * https://www.w3.org/TR/fetch-metadata/: absent from old browsers and plain clients, never forged by a page. A person may
 * follow a link to the wizard from anywhere (the terminal may be a web page itself): that shows the page, in a tab of its own.
 */
export const ownSite: RequestRule = (request) => {
  const sites = headerValues(request, 'sec-fetch-site');
  if (sites.every((site) => site === 'same-origin' || site === 'none')) return undefined;
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  const isLink = request.method === 'GET' && request.url === '/' && mode === 'navigate' && destination === 'document';
  return isLink ? undefined : 'SITE';
};

const methods: Readonly<Record<RequestKind, readonly string[]>> = {
  file: ['GET', 'HEAD'],
  session: ['POST'],
  upgrade: ['GET'],
};

export const knownMethod: RequestRule = (request, { kind }) =>
  methods[kind].includes(request.method ?? '') ? undefined : 'METHOD';

/** A body where none belongs is where the next request is hidden (request smuggling). */
export const noBody: RequestRule = (request, { kind }) => {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return kind !== 'session' && hasBody ? 'BODY' : undefined;
};

/** A form of another site cannot send JSON without asking first (CORS), and is told nothing when it asks. */
export const jsonToken: RequestRule = (request, { kind }) => {
  const types = headerValues(request, 'content-type');
  return kind === 'session' && (types.length !== 1 || types[0] !== 'application/json') ? 'TYPE' : undefined;
};

function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** All values as they came: Node joins or drops repeated headers. */
export function headerValues(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request;
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
