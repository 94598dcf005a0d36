import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Screen {
  /** For DISPLAY. */
  display: string;
  end(): Promise<void>;
}

/** A screen in memory. Any user of this machine may draw on it; it lives as long as the suite. Xvfb(1). */
export async function startScreen(): Promise<Screen> {
  // It ends with us, however we end. setpriv(1).
  const argv = [
    '--pdeathsig',
    'TERM',
    'Xvfb',
    '-displayfd',
    '3',
    '-screen',
    '0',
    '1600x1200x24',
    '-nolisten',
    'tcp',
    '-ac',
  ];
  const server = spawn('setpriv', argv, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const closed = once(server, 'close');
  const said = once(server.stdio[3] as Readable, 'data').then(([chunk]) => String(chunk).trim());
  const number = await Promise.race([
    said,
    closed.then(() => {
      throw new Error('Xvfb ended before it had a display');
    }),
  ]);
  return {
    display: `:${number}`,
    async end() {
      server.kill('SIGTERM');
      await closed;
    },
  };
}
