import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { airgapArgv } from '../../../site/demo-bundle.ts';
import type { Site } from '../../../site/site.ts';
import type { Sticks } from './sticks.ts';

export interface EngineProcess {
  /** The address that was printed: it works once. */
  url: string;
  /** Ends the process at once, as a power cut does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
  /** What it said to the person at the terminal. */
  said(): string;
}

/** It ends by itself when nobody looks any more: also after a test run that was killed. */
const idleSeconds = '900';

/** `airgap serve` inside the site, on the port that is forwarded from this machine's loopback. */
export async function startEngineProcess(site: Site, sticks: Sticks, port: number): Promise<EngineProcess> {
  const argv = airgapArgv('--data-dir', site.dataDir, 'serve', '--port', String(port), '--idle', idleSeconds);
  const run = site.exec(sticks.plugIn(argv), { reject: false, stdin: 'ignore', buffer: false });
  let said = '';
  run.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const lines = createInterface({ input: run.stdout });
  const ended = run.then(() => undefined);
  const address = once(lines, 'line').then(([line]: unknown[]) => String(line));
  const url = await Promise.race([address, ended]);
  if (url === undefined) throw new Error(`airgap serve ended before it printed an address: ${said}`);
  const end = async (signal: NodeJS.Signals) => {
    run.kill(signal);
    await ended;
  };
  return { url, kill: () => end('SIGKILL'), stop: () => end('SIGTERM'), said: () => said };
}
