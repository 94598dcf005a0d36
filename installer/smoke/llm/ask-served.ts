import { InstallerError } from '../../base/errors.ts';
import type { LlmQuestion } from '../../contract/product.ts';
import type { Chat, LlmAnswer } from './answer.ts';

/** Asks the served model one question after the other; errors are the transport's, or CANCELLED. */
export async function askServed(
  chat: Chat,
  questions: readonly LlmQuestion[],
  options: { signal?: AbortSignal; onAnswer?: (answered: number, total: number) => void } = {},
): Promise<LlmAnswer[]> {
  const answers: LlmAnswer[] = [];
  for (const question of questions) {
    if (options.signal?.aborted) throw new InstallerError('CANCELLED', { cause: options.signal.reason });
    answers.push({ id: question.id, ...(await chat(question, options.signal)) });
    options.onAnswer?.(answers.length, questions.length);
  }
  return answers;
}
