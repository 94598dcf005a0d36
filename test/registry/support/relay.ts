import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/**
 * Hands connections from one listener on to another address. `node relay.ts SOCKET PORT` runs inside a site's network and
 * lets a test outside reach a port that the site has on loopback; what is tested stays bound to loopback.
 */
export function relay(server: Server, to: () => Socket): void {
  server.on('connection', (near) => {
    const far = to();
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('error', end).on('close', end);
    far.on('error', end).on('close', end);
    near.pipe(far).pipe(near);
  });
}

if (import.meta.main) {
  const [socketPath, port] = process.argv.slice(2);
  const server = createServer();
  relay(server, () => dial(Number(port), '127.0.0.1'));
  server.listen(socketPath, () => console.log('listening'));
}
