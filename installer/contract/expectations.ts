/**
 * What an answer should have been. Travels as `expects` in the params of ANSWERS_INVALID, with the numbers and names that its
 * text needs; texts stand in texts/{en,ru}.json under `expects.<name>`.
 */
export const answerExpectations = [
  'boolean',
  'integer',
  'choice',
  'username',
  'host',
  'address',
  'url',
  'ownPort',
  'subnet',
] as const;
export type AnswerExpectation = (typeof answerExpectations)[number];
