import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads every process's command line over and over while something runs. Sampling cannot see a process that lives for less
 * than a round; the positive control in the suite shows what it does see.
 */
export function watchProcessLists(): { stop: () => { commandLines: Set<string>; rounds: number } } {
  const commandLines = new Set<string>();
  let rounds = 0;
  const timer = setInterval(() => {
    rounds += 1;
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        commandLines.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
      } catch (error) {
        // Gone between the listing and the read.
        if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')))
          throw error;
      }
    }
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return { commandLines, rounds };
    },
  };
}
