import type { z } from 'zod';
import { InstallerError } from '../base/errors.ts';
import { checkAnswers } from '../config/answers.ts';
import type { AnswersVerdict, validateAnswersRequest } from '../contract/wizard.ts';

/**
 * All problems at once, found by the very check that the install makes: what is wrong is noted, taken out (its preset
 * stands in), and the rest is checked again. Each turn takes one answer out, so it ends.
 */
export function validateAnswers({ product, answers }: z.infer<typeof validateAnswersRequest>): AnswersVerdict {
  const left = { ...answers };
  const problems: AnswersVerdict['problems'] = [];
  for (;;) {
    try {
      const { values } = checkAnswers(product, left);
      return { values: problems.length === 0 ? values : null, problems };
    } catch (error) {
      if (!(error instanceof InstallerError)) throw error;
      const key = String(error.params.key ?? '');
      problems.push({
        key,
        code: error.code,
        params: error.params,
        expected: error.expected ?? '',
        found: error.found ?? '',
      });
      const given = Object.keys(left).find((name) => name === key || name.slice(0, 64) === key);
      // a preset is in the way of another answer: the product's own, nothing more can be taken out
      if (given === undefined) return { values: null, problems };
      delete left[given];
    }
  }
}
