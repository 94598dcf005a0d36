import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { halfOpen, relay } from './relay.ts';
import type { Site } from './site.ts';

export interface ForwardedPort {
  /** The same number outside and inside the site. */
  port: number;
  stop(): Promise<void>;
}

/** Makes a port of the site's loopback reachable on this machine's loopback, under the same number. */
export async function forwardPort(site: Site, dir: string): Promise<ForwardedPort> {
  const server = createServer(halfOpen);
  const socketPath = join(dir, 'relay.sock');
  relay(server, () => dial({ path: socketPath, ...halfOpen }));
  const connections = new Set<Socket>();
  server.on('connection', (socket) => connections.add(socket.on('close', () => connections.delete(socket))));
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
      // One whose other side does not read would never end by itself.
      for (const socket of connections) socket.destroy();
      await once(server, 'close');
    },
  };
}
