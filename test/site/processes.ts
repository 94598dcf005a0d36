import { readFileSync } from 'node:fs';

/** A process named so that a later one with the same number is not mistaken for it. */
export interface ProcessRef {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. proc_pid_stat(5). */
  startTicks: string;
}

/** The reference of a process that runs now, or undefined where there is none with that number. */
export function processRef(pid: number): ProcessRef | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  // The command's name may hold spaces and parentheses, so fields are counted from the last one; a zombie is gone.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startTicks: fields[19] ?? '' };
}

/** Whether that very process still runs. */
export function isAlive(ref: ProcessRef): boolean {
  return processRef(ref.pid)?.startTicks === ref.startTicks;
}

/** Sends a signal; a process that has ended meanwhile is not an error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
