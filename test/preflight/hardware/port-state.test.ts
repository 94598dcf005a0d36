import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isListening } from '../../../installer/adapters/hardware/listening-sockets.ts';
import { portState } from '../../../installer/adapters/hardware/port-state.ts';
import { folder } from './fake-programs.ts';

async function listener(host: string): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const close = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1', '0.0.0.0'],
  ['0.0.0.0', '127.0.0.1'],
])('a listener at %s takes the port from %s, and gives it back', async (there, wanted) => {
  const { port, close } = await listener(there);
  expect(await portState('/proc', wanted, port)).toBe('taken');
  await close();
  expect(await portState('/proc', wanted, port)).toBe('free');
  // looking left nothing behind
  expect(await portState('/proc', wanted, port)).toBe('free');
});

test('another loopback address is another place', async () => {
  const { port } = await listener('127.0.0.1');
  expect(await portState('/proc', '127.0.0.2', port)).toBe('free');
});

test('an address that this machine does not have is no busy port', async () => {
  // TEST-NET-1, RFC 5737
  expect(await portState('/proc', '192.0.2.1', 8000)).toBe('noAddress');
});

test('the kernel’s table knows listeners that we may not bind beside', async () => {
  const { port, close } = await listener('127.0.0.1');
  expect(await isListening('/proc', port)).toBe(true);
  await close();
  expect(await isListening('/proc', port)).toBe(false);
});

test('a connection from a port is no listener on it; a table of IPv6 is read too', async () => {
  const proc = await folder();
  await mkdir(join(proc, 'self/net'), { recursive: true });
  const header = '  sl  local_address rem_address   st tx_queue rx_queue';
  await writeFile(join(proc, 'self/net/tcp'), `${header}\n   0: 0100007F:0050 0100007F:C000 01 00000000:00000000\n`);
  expect(await isListening(proc, 80)).toBe(false);
  const any = '00000000000000000000000000000000';
  await writeFile(join(proc, 'self/net/tcp6'), `${header}\n   0: ${any}:0050 ${any}:0000 0A 00000000:00000000\n`);
  expect(await isListening(proc, 80)).toBe(true);
});
