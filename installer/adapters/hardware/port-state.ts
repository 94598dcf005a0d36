import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemCode } from '../../base/errors.ts';
import { isListening } from './listening-sockets.ts';

/**
 * Whether a TCP listener could be opened at `address`:`port` now, found out by opening one. Ports that only root may open
 * are looked up in the kernel's table instead.
 */
export async function portState(
  procDir: string,
  address: string,
  port: number,
): Promise<'free' | 'taken' | 'noAddress'> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EADDRINUSE') return 'taken';
    if (code === 'EADDRNOTAVAIL') return 'noAddress';
    if (code === 'EACCES') return (await isListening(procDir, port)) ? 'taken' : 'free';
    throw error;
  }
  server.close();
  await once(server, 'close');
  return 'free';
}
