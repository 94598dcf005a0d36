import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuMs, peakBytes } from '../process-usage.ts';

export interface FuzzJob {
  target: string;
  seed: number;
  /** Index of the first input. */
  from?: number;
  /** Inputs. */
  runs: number;
  /** Ends the run early. */
  signal?: AbortSignal;
  /** Processor time that one input may take, ms: independent of what else the machine does. */
  hangCpuMs?: number;
}

export interface FuzzResult {
  /** Inputs that were read. */
  read: number;
  /** Resident memory at its highest, bytes. */
  peak: number;
  failure: { kind: 'crash' | 'hang' | 'memory' | 'aborted'; index: number; detail: string } | undefined;
}

/** What a reader may hold, the runtime included. */
export const fuzzMemoryLimit = 512 * 1024 * 1024;
/** A process that waits for ever uses no processor time; this long without a step is a hang as well. */
const stalledMs = 300_000;
const pollMs = 250;

/** A folder for one run, in memory where there is such a file system: a million files would wear out a disk. */
export function fuzzDir(): Promise<string> {
  return mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'airgap-fuzz-'));
}

/** Runs a target in a process of its own and watches it from outside. Leaves neither process nor files, also when aborted. */
export async function runFuzz(job: FuzzJob): Promise<FuzzResult> {
  const dir = await fuzzDir();
  try {
    return await runIn(dir, job);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function runIn(dir: string, job: FuzzJob): Promise<FuzzResult> {
  const state = join(dir, 'state');
  const from = job.from ?? 0;
  const args = [job.target, job.seed, from, job.runs, state].map(String);
  const child = spawn(process.execPath, ['--max-old-space-size=256', join(import.meta.dirname, 'worker.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const output = text(child.stdout);
  const errors = text(child.stderr);
  const watched = await watch(child.pid ?? 0, state, job, closed);
  if (watched.failure !== undefined) child.kill('SIGKILL');
  await closed;
  const whole = child.exitCode === 0 && (await output).includes('all read');
  if (whole) return { read: job.runs, peak: watched.peak, failure: undefined };
  const index = await indexIn(state);
  const detail = `exit ${child.exitCode ?? child.signalCode}\n${(await errors).slice(-3000)}`;
  const failure = watched.failure ?? { kind: 'crash' as const, detail };
  return { read: Math.max(0, index - from), peak: watched.peak, failure: { ...failure, index } };
}

type Watched = { peak: number; failure: { kind: 'hang' | 'memory' | 'aborted'; detail: string } | undefined };

async function watch(pid: number, state: string, job: FuzzJob, closed: Promise<unknown>): Promise<Watched> {
  const { hangCpuMs = 20_000 } = job;
  const ended = closed.then(() => true);
  let peak = 0;
  let last = { index: -1, cpu: 0, at: performance.now() };
  while (!(await Promise.race([ended, wait(pollMs, false)]))) {
    if (job.signal?.aborted === true) return { peak, failure: { kind: 'aborted', detail: 'before its end' } };
    const [index, cpu] = [await indexIn(state), await cpuMs(pid)];
    peak = Math.max(peak, await peakBytes(pid));
    if (peak > fuzzMemoryLimit) return { peak, failure: { kind: 'memory', detail: `${peak} bytes resident` } };
    if (index !== last.index) last = { index, cpu, at: performance.now() };
    else if (cpu - last.cpu > hangCpuMs)
      return { peak, failure: { kind: 'hang', detail: `${cpu - last.cpu} ms on one input` } };
    else if (performance.now() - last.at > stalledMs) return { peak, failure: { kind: 'hang', detail: 'it waits' } };
  }
  return { peak, failure: undefined };
}

async function indexIn(state: string): Promise<number> {
  const bytes = await readFile(state).catch(() => Buffer.alloc(0));
  return bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE());
}
