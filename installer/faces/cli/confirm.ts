import { createInterface } from 'node:readline/promises';
import { InstallerError } from '../../base/errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Nobody can answer where input is no terminal: said before any work, with what a script gives instead.
 * @throws NO_TERMINAL
 */
export function requireTerminal(options: string): void {
  if (process.stdin.isTTY !== true) throw new InstallerError('NO_TERMINAL', { params: { options } });
}

/** One line from the person at the terminal, without the spaces around it; Ctrl-D and Ctrl-C are no answer: DECLINED. */
export async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  prompt.once('close', () => closed.abort());
  try {
    return (await prompt.question(`${question} `, { signal: closed.signal })).trim();
  } catch (cause) {
    if (closed.signal.aborted) throw new InstallerError('DECLINED', { cause });
    throw cause;
  } finally {
    prompt.close();
  }
}

/** Whether the question was answered with yes, in either language. */
export async function askYesNo(question: string): Promise<boolean> {
  return /^(y|yes|д|да)$/i.test(await ask(question));
}

/**
 * Goes on only if the person says so.
 * @throws DECLINED: nothing was begun
 */
export async function confirm(out: Terminal, question: string = out.text.t('cli.confirm')): Promise<void> {
  if (!(await askYesNo(question))) throw new InstallerError('DECLINED');
}
