import { extname } from 'node:path';

/** Media types (RFC 6838, https://www.iana.org/assignments/media-types) of the kinds of file that the built wizard has. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
};

/** By the name's ending; undefined for a kind that the wizard does not have: such files are not served. */
export function mediaTypeOf(name: string): string | undefined {
  return types[extname(name)];
}
