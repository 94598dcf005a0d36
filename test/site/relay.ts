import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** For the listener and the connections of a relay: a side that has said all still gets its answer. */
export const halfOpen = { allowHalfOpen: true } as const;

/**
 * Hands connections from one listener on to another address. `node relay.ts SOCKET PORT` runs inside a site's network and
 * lets whoever is outside reach a port that the site has on loopback; what listens there stays bound to loopback.
 */
export function relay(server: Server, to: () => Socket): void {
  server.on('connection', (near) => {
    const far = to();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      // What it had said is on its way to the other side still.
      one.on('close', () => other.destroySoon());
      one.pipe(other);
    }
  });
}

if (import.meta.main) {
  const [socketPath, port] = process.argv.slice(2);
  const server = createServer(halfOpen);
  relay(server, () => dial({ port: Number(port), host: '127.0.0.1', ...halfOpen }));
  server.listen(socketPath, () => console.log('listening'));
  // Whoever started it is gone, however that ended.
  process.stdin.on('end', () => process.exit()).resume();
}
