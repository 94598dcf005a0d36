import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../../installer/base/hash.ts';

/**
 * A registry that believes everything: it stores each whole body under the digest that it is told and checks nothing, so that
 * what lies in it afterwards is what our own code let through. (The real one checks digests as well; test/e2e has it.)
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 */
export async function gullibleRegistry() {
  /** By digest as it was told. */
  const stored = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    const [, repository, kind, reference] = /^\/v2\/(.+?)\/(blobs|manifests)\/(.+)$/.exec(url.pathname) ?? [];
    const answer = (status: number, headers: Record<string, string> = {}) => response.writeHead(status, headers).end();
    if (request.method === 'HEAD') answer(stored.has(reference ?? '') ? 200 : 404);
    else if (request.method === 'POST') answer(202, { location: `/v2/${repository}/blobs/uploads/1` });
    else {
      whole(request).then(
        (bytes) => {
          const digest = kind === 'manifests' ? sha256(bytes) : (url.searchParams.get('digest') ?? '');
          stored.set(digest, bytes);
          answer(201);
        },
        // cut off in the middle: nothing is stored
        () => response.destroy(),
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    stored,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  if (!request.complete) throw new Error('cut off');
  return Buffer.concat(chunks);
}
