import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { ensureRenderer } from '../../renderer/build/ensure.ts';

export interface StreamingEngine {
  url: string;
  /** Gives an order (streaming-engine.ts) and waits for its answer. */
  order<T>(line: string): Promise<T>;
}

/** An engine with an installation under way that only reports, as a process of its own, for the length of `use`. */
export async function withStreamingEngine<T>(use: (engine: StreamingEngine) => Promise<T>): Promise<T> {
  await ensureRenderer();
  const dir = await mkdtemp(join(tmpdir(), 'airgap-bench-'));
  const script = join(import.meta.dirname, 'streaming-engine.ts');
  const child = execa(process.execPath, ['--expose-gc', script, join(dir, 'data')], {
    reject: false,
    stderr: 'inherit',
    buffer: false,
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <A>(): Promise<A> => {
    const { value, done } = await answers.next();
    if (done === true) throw new Error('the engine ended early');
    return JSON.parse(value) as A;
  };
  try {
    const { url } = await next<{ url: string }>();
    return await use({
      url,
      order: (line) => {
        child.stdin.write(`${line}\n`);
        return next();
      },
    });
  } finally {
    child.stdin.end('end\n');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await child;
    clearTimeout(late);
    await rm(dir, { recursive: true, force: true });
  }
}
