import { InstallerError } from '../base/errors.ts';
import { endOf } from '../base/foreign-text.ts';

/**
 * A product's pattern; `^` and `$` stand for lines, because commands print more than the line that counts.
 * @throws PRODUCT_FORMAT when it is no regular expression.
 */
export function pattern(source: string, test: string): RegExp {
  try {
    return new RegExp(source, 'm');
  } catch (cause) {
    throw new InstallerError('PRODUCT_FORMAT', {
      params: { file: 'product.yaml', field: `smoke.tests.${test}` },
      expected: 'a regular expression',
      found: source,
      cause,
    });
  }
}

const shownCharacters = 200;

/** The end of an output, on one line and short enough for a table. */
export function lastWords(output: string): string {
  return endOf(output.trim().replaceAll(/\s+/g, ' '), shownCharacters);
}
