import { join } from 'node:path';
import { execa } from 'execa';

const repository = join(import.meta.dirname, '../..');

export interface Started {
  /** The address that stands on a line of its own; rejects when the program ends without one. */
  address: Promise<string>;
  /** Whatever it says to a person. */
  said(): string;
  /** As Ctrl-C on a terminal: to the whole foreground group. */
  interrupt(): unknown;
  /** To npm alone, as a service manager or a script does it. */
  terminate(): unknown;
  ended: Promise<{ stdout: string; stderr: string }>;
}

/** `npm start` with an environment that differs in these variables; undefined takes one away. */
export function npmStart(env: Record<string, string | undefined>, ...args: string[]): Started {
  const run = execa('npm', ['start', ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: repository,
    env,
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  const group = run.pid ?? Number.NaN;
  const out = { stdout: '', stderr: '' };
  const { promise: address, resolve, reject } = Promise.withResolvers<string>();
  run.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString();
    const [, line] = /^(http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64})\n/m.exec(out.stdout) ?? [];
    if (line !== undefined) resolve(line);
  });
  run.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
  });
  let isRunning = true;
  const ended = run.then(() => {
    isRunning = false;
    reject(new Error(`it ended without an address: ${out.stderr}`));
    return out;
  });
  // Who waits only for the end is not interested in the address.
  address.catch(() => undefined);
  return {
    address,
    said: () => out.stderr,
    interrupt: () => isRunning && process.kill(-group, 'SIGINT'),
    terminate: () => isRunning && process.kill(group, 'SIGTERM'),
    ended,
  };
}
