import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { mediaTypeOf } from '../../installer/base/media-types.ts';
import { contentPolicy } from '../content-policy.ts';
import { stands } from '../defences.ts';
import { log } from '../log.ts';
import { isOwn, scheme } from '../origin.ts';

/** Must run before the app is ready: the scheme gets an origin, a secure context and fetch, and nothing else. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: false } },
  ]);
}

/** Serves the files below `root`, read-only, GET alone, and only those of a known kind. */
export function serveOwnScheme(root: string): void {
  protocol.handle(scheme, async (request) => {
    if (request.method !== 'GET' || !isOwn(request.url)) return refuse(405);
    const file = fileOf(root, request.url);
    const type = file === null ? undefined : mediaTypeOf(file);
    if (file === null || type === undefined) return refuse(404);
    try {
      return new Response(await readFile(file), { headers: headers(type) });
    } catch (error) {
      log('file-not-served', { reason: error instanceof Error ? error.message : String(error) });
      return refuse(404);
    }
  });
}

/** The file that a URL names, null where the name is not a plain path below `root`. */
export function fileOf(root: string, url: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (path === '/') path = '/index.html';
  if (/[\\\0]/.test(path) || path.split('/').includes('..')) return null;
  const file = normalize(join(root, path));
  return file.startsWith(root + sep) ? file : null;
}

function headers(type: string): Record<string, string> {
  return {
    'Content-Type': type,
    ...(stands('csp') ? { 'Content-Security-Policy': contentPolicy } : {}),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

function refuse(status: number): Response {
  return new Response(null, { status });
}
