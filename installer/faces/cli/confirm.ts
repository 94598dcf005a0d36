import { createInterface } from 'node:readline/promises';
import { InstallerError } from '../../base/errors.ts';
import type { Terminal } from './terminal.ts';

/** Asks a yes-or-no question on the terminal; anything but yes, and Ctrl-C or the end of input, is no. */
export async function agrees(out: Terminal, question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const leaves = new AbortController();
  prompt.once('close', () => leaves.abort());
  try {
    const answer = await prompt.question(`${question} `, { signal: leaves.signal });
    return /^(y|yes|д|да)$/i.test(answer.trim());
  } catch (error) {
    if (leaves.signal.aborted) return false;
    throw error;
  } finally {
    out.say('');
    prompt.close();
  }
}

/** Without a terminal nobody can answer: whoever starts this from a script says --yes. */
export function requireTerminal(): void {
  if (process.stdin.isTTY !== true) throw new InstallerError('CONFIRMATION_NEEDED');
}
