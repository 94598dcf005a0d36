import { readFile } from 'node:fs/promises';

/** What the kernel knows of a process: proc_pid_status(5), proc_pid_stat(5). 0 once it has ended. */

/** Resident memory at its highest so far, bytes; unlike getrusage's, without what the parent had when it forked. */
export async function peakBytes(pid: number): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await read(pid, 'status')) ?? [];
  return Number(kibibytes ?? 0) * 1024;
}

/** Clock ticks a second in /proc, the same on every Linux that Node.js runs on. */
const ticks = 100;

/** Processor time used so far, ms. */
export async function cpuMs(pid: number): Promise<number> {
  // the name in parentheses may hold blanks
  const fields = (await read(pid, 'stat')).split(') ').at(-1)?.split(' ') ?? [];
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1000) / ticks;
}

async function read(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
