import { execa } from 'execa';
import { withinTime } from './time-limit.ts';

/** How a command ended. `failed`: it could not be started, or a signal or its own flood of output ended it. */
export type CommandOutcome =
  | { state: 'exited'; exitCode: number; stdout: string; stderr: string }
  | { state: 'timeout' }
  | { state: 'failed'; detail: string };

export interface CommandLimits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** From SIGTERM to SIGKILL. */
const graceMs = 500;
const maxOutputBytes = 1024 * 1024;

/**
 * Runs a program asynchronously and always comes back: SIGTERM at `timeoutMs`, SIGKILL `graceMs` later, and a further
 * `graceMs` later without it, for a process that hangs in the driver ignores even SIGKILL, and a grandchild that holds the
 * pipe keeps execa waiting. Rejects only when aborted, with the signal's reason.
 */
export async function runBounded(
  file: string,
  args: readonly string[],
  { timeoutMs, signal }: CommandLimits,
): Promise<CommandOutcome> {
  signal?.throwIfAborted();
  const child = execa(file, args, {
    reject: false,
    stdin: 'ignore',
    // The folder this process was started in may be closed to it: then nothing could be started at all.
    cwd: '/',
    env: { LC_ALL: 'C' },
    timeout: timeoutMs,
    forceKillAfterDelay: graceMs,
    maxBuffer: maxOutputBytes,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const limited = await withinTime(child, timeoutMs + 2 * graceMs);
  signal?.throwIfAborted();
  if (limited.state === 'timeout') {
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.nodeChildProcess.unref();
    return limited;
  }
  const ended = limited.value;
  if (ended.timedOut) return { state: 'timeout' };
  if (ended.exitCode === undefined || ended.isMaxBuffer) {
    return { state: 'failed', detail: ended.shortMessage ?? 'no exit code' };
  }
  return { state: 'exited', exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
}
