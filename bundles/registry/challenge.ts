/** What a registry asks for in WWW-Authenticate. */
export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | undefined; scope: string | undefined };

const parameter = /([a-z]+)="((?:[^"\\]|\\.)*)"/gi;

/**
 * The first challenge of a kind that is understood: RFC 7617 (Basic), and Bearer as registries use it
 * (https://distribution.github.io/distribution/spec/auth/token/). Undefined: none is.
 */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined || header.length > 8192) return undefined;
  if (/^basic\b/i.test(header)) return { scheme: 'basic' };
  if (!/^bearer\b/i.test(header)) return undefined;
  const values = new Map(
    [...header.matchAll(parameter)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const realm = values.get('realm');
  if (realm === undefined) return undefined;
  return { scheme: 'bearer', realm, service: values.get('service'), scope: values.get('scope') };
}
