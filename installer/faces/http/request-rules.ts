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

/**
 * A page of another site that has its name resolve to 127.0.0.1 (DNS rebinding) says its own name here, so only ours is taken;
 * exactly one Host header, spelled as we print it.
 */
export function hostProblem(request: IncomingMessage, port: number): RequestRefusal | undefined {
  const hosts = headerValues(request, 'host');
  return hosts.length === 1 && ownHosts(port).includes(hosts[0] ?? '') ? undefined : 'HOST';
}

/**
 * Browsers tell who asks. `required`: everything but a plain GET of the wizard's files, which a typed address also is and
 * which gives nothing away.
 */
export function originProblem(request: IncomingMessage, options: { required: boolean }): RequestRefusal | undefined {
  const origins = headerValues(request, 'origin');
  if (origins.length === 0) return options.required ? 'ORIGIN' : undefined;
  // The same spelling of the address on both: a page from `localhost` has no business with `127.0.0.1`.
  return origins.length === 1 && origins[0] === `http://${request.headers.host}` ? undefined : 'ORIGIN';
}

/**
 * https://www.w3.org/TR/fetch-metadata/: absent from old browsers and plain clients, never forged by a page. A person may
 * follow a link to the wizard from anywhere (the terminal may be a web page itself): that shows the page, in a tab of its own.
 */
export function siteProblem(request: IncomingMessage): RequestRefusal | undefined {
  const sites = headerValues(request, 'sec-fetch-site');
  if (sites.every((site) => site === 'same-origin' || site === 'none')) return undefined;
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  const isLink = request.method === 'GET' && request.url === '/' && mode === 'navigate' && destination === 'document';
  return isLink ? undefined : 'SITE';
}

/** Only a path (origin-form, RFC 9112 section 3.2.1), and nothing that would have to be decoded to be understood. */
export function targetPath(request: IncomingMessage): string | undefined {
  const target = request.url ?? '';
  if (!/^\/[A-Za-z0-9._/-]*$/.test(target) || target.includes('//') || target.includes('..')) return undefined;
  return target;
}

export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

export function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** All values as they came: Node joins or drops repeated headers. */
export function headerValues(request: IncomingMessage, name: string): string[] {
  const { rawHeaders } = request;
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
