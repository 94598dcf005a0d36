import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Runs `work` while holding an exclusive lock on the file `path`, waiting for other holders. flock(1) holds it in a
 * child whose standard input is ours, so the kernel releases it however this process ends.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo held; cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C in a terminal reaches the whole process group; the lock must outlive it until the clean-up is done.
    detached: true,
  });
  const closed = once(holder, 'close');
  await Promise.race([
    once(holder.stdout, 'data'),
    closed.then(() => {
      throw new Error(`flock ended without the lock on ${path}`);
    }),
  ]);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await closed;
  }
}
