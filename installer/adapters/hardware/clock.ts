import type { HardwareFacts } from '../../contract/facts.ts';
import { runBounded } from './bounded-command.ts';
import { findProgram, unusableProgram } from './find-program.ts';

/** Whether the kernel's clock follows a time source; null where nobody can say (no systemd, as in a container). */
export async function readClock(
  path: string,
  timeoutMs: number,
  notes: string[],
  signal?: AbortSignal,
): Promise<HardwareFacts['clock']> {
  const program = await findProgram('timedatectl', path);
  let synchronised: boolean | null = null;
  if (program === undefined) {
    const unusable = await unusableProgram('timedatectl', path);
    const closed = unusable?.kind === 'file' ? `${unusable.place}: ${unusable.errno}` : 'there is no timedatectl';
    notes.push(`clock: ${closed}`);
  } else {
    const outcome = await runBounded(program, ['show', '-p', 'NTPSynchronized'], { timeoutMs, signal });
    synchronised = outcome.state === 'exited' && outcome.exitCode === 0 ? parse(outcome.stdout) : null;
    if (synchronised === null) notes.push(`clock: timedatectl gave no answer (${outcome.state})`);
  }
  return { now: new Date().toISOString(), synchronised };
}

function parse(stdout: string): boolean | null {
  const value = /^NTPSynchronized=(yes|no)$/m.exec(stdout)?.[1];
  return value === undefined ? null : value === 'yes';
}
