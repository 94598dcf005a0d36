import { join } from 'node:path';
import { execa } from 'execa';

/** Only ends what hangs. */
const hangMs = 120_000;

/**
 * Whether llama.cpp itself loads each of these files (load.ts), in a process of its own: a file on which that process ends before it has
 * answered is refused as well, and the rest is asked of another.
 */
export async function askLlama(files: readonly string[]): Promise<Map<string, boolean>> {
  const answers = new Map<string, boolean>();
  for (let open = [...files]; open.length > 0; open = open.filter((file) => !answers.has(file))) {
    const { stdout } = await execa(process.execPath, [join(import.meta.dirname, 'load.ts'), ...open], {
      reject: false,
      timeout: hangMs,
      forceKillAfterDelay: 1000,
    });
    const lines = stdout.split('\n').filter((line) => /^(true|false) \//.test(line));
    for (const line of lines) answers.set(line.slice(line.indexOf(' ') + 1), line.startsWith('true'));
    const next = open[lines.length];
    if (next !== undefined) answers.set(next, false);
  }
  return answers;
}
