import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { registryUser } from './run-registry.ts';

export interface TokenServer {
  realm: string;
  issuer: string;
  service: string;
  /** What the registry verifies tokens with. */
  certificate: string;
  /** Authorization headers that came. */
  seen: string[];
  stop(): Promise<void>;
}

/**
 * The half of token authentication that a registry leaves to others
 * (https://distribution.github.io/distribution/spec/auth/token/), with real signatures that the registry verifies.
 */
export async function runTokenServer(dir: string): Promise<TokenServer> {
  const certificate = join(dir, 'token.pem');
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=tokens'],
    ...['-keyout', join(dir, 'token.key'), '-out', certificate],
  ]);
  const key = createPrivateKey(await readFile(join(dir, 'token.key')));
  const x5c = [new X509Certificate(await readFile(certificate)).raw.toString('base64')];
  const seen: string[] = [];
  const issuer = 'test tokens';
  const service = 'test registry';
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    seen.push(authorization);
    const expected = Buffer.from(`${registryUser.username}:${registryUser.password}`).toString('base64');
    if (authorization !== `Basic ${expected}`) {
      response.writeHead(401).end();
      return;
    }
    const scope = new URL(request.url ?? '', 'http://x').searchParams.get('scope') ?? '';
    const [type = '', name = '', actions = ''] = scope.split(':');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: issuer, sub: registryUser.username, aud: service },
      ...{ iat: now - 60, nbf: now - 60, exp: now + 3600, jti: createHash('sha256').update(scope).digest('hex') },
      access: [{ type, name, actions: actions.split(',') }],
    };
    const head = `${encode({ typ: 'JWT', alg: 'RS256', x5c })}.${encode(claims)}`;
    const token = `${head}.${sign('sha256', Buffer.from(head), key).toString('base64url')}`;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ realm: `http://127.0.0.1:${port}/token`, issuer, service, certificate, seen },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
