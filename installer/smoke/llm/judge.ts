import { InstallerError } from '../../base/errors.ts';
import type { LlmQuestion } from '../../contract/product.ts';
import type { LlmAnswer } from './answer.ts';

export interface Judgement {
  readonly correct: number;
  readonly total: number;
  readonly minimumCorrect: number;
  readonly passed: boolean;
  /** `got` is cut to 80 characters; null: no answer came. */
  readonly wrong: readonly { id: string; expected: string; got: string | null }[];
  /** Over all answers together; null where no tokens were counted. */
  readonly tokensPerSecond: number | null;
}

const shownCharacters = 80;

/**
 * Compares answers with what the product expects. An answer that is missing is wrong; one to a question that was not asked
 * counts for nothing. PRODUCT_FORMAT when a question's expression does not compile.
 */
export function judge(
  questions: readonly LlmQuestion[],
  answers: readonly LlmAnswer[],
  minimumCorrect: number,
): Judgement {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const wrong: { id: string; expected: string; got: string | null }[] = [];
  for (const question of questions) {
    const got = byId.get(question.id)?.text ?? null;
    if (got === null || !matches(question, got)) {
      wrong.push({ id: question.id, expected: question.expect, got: got?.slice(0, shownCharacters) ?? null });
    }
  }
  const correct = questions.length - wrong.length;
  return {
    correct,
    total: questions.length,
    minimumCorrect,
    passed: correct >= minimumCorrect,
    wrong,
    tokensPerSecond: speed(answers),
  };
}

/** SMOKE_LLM_ANSWERS with "≥ 10 of 12" expected and "0 of 12" found, unless enough answers are right. */
export function requireAnswers(judgement: Judgement, where: 'host' | 'served'): void {
  if (judgement.passed) return;
  const { correct, total, minimumCorrect, wrong } = judgement;
  throw new InstallerError('SMOKE_LLM_ANSWERS', {
    params: { where, wrong: wrong.map(({ id }) => id).join(', ') },
    expected: `≥ ${minimumCorrect} of ${total}`,
    found: `${correct} of ${total}`,
  });
}

/** Surrounding white space is the tokenizer's, not the model's; both sides in one Unicode form. */
function matches(question: LlmQuestion, text: string): boolean {
  const got = text.trim().normalize('NFC');
  const expected = question.expect.normalize('NFC');
  if (question.match === 'exact') return got === expected.trim();
  if (question.match === 'contains') return got.includes(expected);
  return expression(question).test(got);
}

function expression(question: LlmQuestion): RegExp {
  try {
    return new RegExp(question.expect, 'u');
  } catch (error) {
    throw new InstallerError('PRODUCT_FORMAT', {
      params: { file: 'product.yaml', field: `smoke.llm.questions.${question.id}.expect` },
      expected: 'a regular expression',
      found: question.expect.slice(0, shownCharacters),
      cause: error,
    });
  }
}

function speed(answers: readonly LlmAnswer[]): number | null {
  const counted = answers.filter((answer) => answer.tokens !== null);
  const tokens = counted.reduce((sum, answer) => sum + (answer.tokens ?? 0), 0);
  const ms = counted.reduce((sum, answer) => sum + answer.ms, 0);
  return tokens === 0 || ms === 0 ? null : (tokens * 1000) / ms;
}
