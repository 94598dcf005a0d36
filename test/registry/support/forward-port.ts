import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { join } from 'node:path';
import type { Site } from '../../site/site.ts';
import { relay } from './relay.ts';

export interface ForwardedPort {
  /** The same number outside and inside the site. */
  port: number;
  stop(): Promise<void>;
}

/** Makes a port of the site's loopback reachable on this machine's loopback, under the same number. */
export async function forwardPort(site: Site, dir: string): Promise<ForwardedPort> {
  const server = createServer();
  const socketPath = join(dir, 'relay.sock');
  relay(server, () => dial(socketPath));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const inside = site.exec([process.execPath, join(import.meta.dirname, 'relay.ts'), socketPath, String(port)], {
    reject: false,
    buffer: false,
  });
  await once(inside.stdout as NodeJS.ReadableStream, 'data');
  return {
    port,
    async stop() {
      inside.kill();
      await inside;
      server.close();
      await once(server, 'close');
    },
  };
}
