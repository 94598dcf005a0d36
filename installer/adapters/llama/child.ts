import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { responseDescriptor } from './protocol.ts';

export interface ChildOptions {
  /** The Node.js that runs the worker. */
  readonly execPath: string;
  readonly workerPath: string;
  readonly timeoutMs: number;
  /** How long the worker may take to end by itself before it is killed. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ChildOutcome {
  /** What it wrote to the response descriptor. */
  readonly response: string;
  /** The end of its standard error. */
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
  /** Why it was ended from here; null: it ended by itself. */
  readonly ended: 'aborted' | 'timeout' | 'tooMuch' | null;
}

const maxResponseBytes = 4 * 1024 * 1024;
const keptStderrBytes = 4096;

/**
 * Runs the worker in a process group of its own with a nearly empty environment, gives it one line and waits for its end.
 * Rejects only when the process cannot be started.
 */
export async function runChild(line: string, options: ChildOptions): Promise<ChildOutcome> {
  const child = spawn(options.execPath, [options.workerPath], {
    detached: true,
    env: environment(),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    // Also of a signal that was refused later, when its end is waited for already.
    child.on('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  let ended: ChildOutcome['ended'] = null;
  let force: NodeJS.Timeout | undefined;
  const end = (why: NonNullable<ChildOutcome['ended']>): void => {
    if (ended !== null) return;
    ended = why;
    killGroup(child, 'SIGTERM');
    force = setTimeout(() => killGroup(child, 'SIGKILL'), options.graceMs);
  };
  const onAbort = (): void => end('aborted');
  const timer = setTimeout(() => end('timeout'), options.timeoutMs);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) onAbort();

  const response: Buffer[] = [];
  let responseBytes = 0;
  (child.stdio[responseDescriptor] as Readable).on('data', (chunk: Buffer) => {
    responseBytes += chunk.length;
    if (responseBytes > maxResponseBytes) end('tooMuch');
    else response.push(chunk);
  });
  let stderr = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-keptStderrBytes);
  });
  // a worker that died in the middle: its exit says so, the broken pipes add nothing
  for (const pipe of child.stdio) pipe?.on('error', () => undefined);
  // left open: its end tells the worker that the engine is gone
  child.stdin?.write(`${line}\n`);
  try {
    const [exitCode, exitSignal] = await exit;
    return {
      response: Buffer.concat(response).toString('utf8'),
      stderr: stderr.toString('utf8'),
      exitCode,
      exitSignal,
      ended,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(force);
    options.signal?.removeEventListener('abort', onAbort);
    // whatever llama.cpp started for itself goes with it
    killGroup(child, 'SIGKILL');
  }
}

/** No NODE_OPTIONS, no proxies, no secrets: the worker needs a path, a home and a language. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    LANG: 'C.UTF-8',
    NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true',
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: nobody is left in the group
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
