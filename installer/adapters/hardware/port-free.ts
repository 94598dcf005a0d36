import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemCode } from '../../base/errors.ts';
import { isListening } from './listening-sockets.ts';

/**
 * True when a TCP listener could be opened at `address`:`port` now, found out by opening one. Ports that only root may
 * open are looked up in the kernel's table instead. An address that this machine does not have is not free either.
 */
export async function isPortFree(procDir: string, address: string, port: number): Promise<boolean> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL') return false;
    if (code === 'EACCES') return !(await isListening(procDir, port));
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
