import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';

/** TCP_LISTEN in /proc/net/tcp: https://docs.kernel.org/networking/proc_net_tcp.html */
const listenState = '0A';

/** True when some process of this network namespace listens on a TCP port, at whatever address. Needs no rights. */
export async function isListening(procDir: string, port: number): Promise<boolean> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => table(join(procDir, 'self/net', name))));
  return tables.some((lines) =>
    lines.some((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      return state === listenState && local?.split(':')[1] === wanted;
    }),
  );
}

async function table(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').slice(1);
  } catch (error) {
    // a kernel without IPv6 has no tcp6
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
