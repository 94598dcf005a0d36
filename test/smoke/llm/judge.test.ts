import { describe, expect, it } from 'vitest';
import type { LlmQuestion } from '../../../installer/contract/product.ts';
import { judge, requireAnswers } from '../../../installer/smoke/llm/judge.ts';
import { errorOf } from '../../fixtures/error-code.ts';

const question = (match: LlmQuestion['match'], expected: string): LlmQuestion => ({
  id: 'q',
  ask: '?',
  expect: expected,
  match,
});
const answer = (text: string, id = 'q') => ({ id, text, tokens: 4, ms: 20 });

describe('judge', () => {
  it.each([
    ['exact', 'Paris', 'Paris', true],
    ['exact', 'Paris', ' Paris\n', true],
    ['exact', 'Paris', 'paris', false],
    ['exact', 'Paris', 'Paris.', false],
    ['exact', 'Paris', '', false],
    ['exact', 'й', 'и\u0306', true],
    ['contains', 'Paris', 'It is Paris, of course.', true],
    ['contains', 'Paris', 'It is Lyon.', false],
    ['regex', '^1[0-9]$', '17', true],
    ['regex', '^1[0-9]$', '117', false],
    ['regex', '^\\p{Lu}', 'Ялта', true],
  ] as const)('%s %j against %j: %s', (match, expected, text, right) => {
    expect(judge([question(match, expected)], [answer(text)], 1).passed).toBe(right);
  });

  it('counts a missing answer as wrong and one that nobody asked for as nothing', () => {
    expect(judge([question('exact', 'Paris')], [answer('Paris', 'other')], 1)).toMatchObject({
      correct: 0,
      total: 1,
      wrong: [{ id: 'q', expected: 'Paris', got: null }],
    });
  });

  it('cuts what a model rambles', () => {
    const { wrong } = judge([question('exact', 'Paris')], [answer('x'.repeat(10_000))], 1);
    expect(wrong[0]?.got).toHaveLength(80);
  });

  it('measures tokens per second over all answers that tell', () => {
    const answers = [
      answer('a'),
      { id: 'b', text: '', tokens: 16, ms: 80 },
      { id: 'c', text: '', tokens: null, ms: 5 },
    ];
    expect(judge([], answers, 0).tokensPerSecond).toBe(200);
    expect(judge([], [], 0).tokensPerSecond).toBeNull();
  });

  it('names the place of an expression that does not compile', async () => {
    const error = await errorOf(() => judge([question('regex', '(')], [answer('')], 1));
    expect(error).toMatchObject({ code: 'PRODUCT_FORMAT', params: { field: 'smoke.llm.questions.q.expect' } });
  });
});

describe('requireAnswers', () => {
  const questions = ['a', 'b', 'c'].map((id) => ({ ...question('exact', id), id }));
  const answers = [answer('a', 'a'), answer('b', 'b'), answer('no', 'c')];

  it('lets enough right answers pass', () => {
    expect(() => requireAnswers(judge(questions, answers, 2), 'host')).not.toThrow();
  });

  it('says how many it wanted and which were wrong', async () => {
    expect(await errorOf(() => requireAnswers(judge(questions, answers, 3), 'served'))).toMatchObject({
      code: 'SMOKE_LLM_ANSWERS',
      expected: '≥ 3 of 3',
      found: '2 of 3',
      params: { where: 'served', wrong: 'c' },
    });
  });
});
