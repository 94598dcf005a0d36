import { InstallerError } from '../base/errors.ts';
import type { Answers, ProductDefinition, ProductInput } from '../contract/product.ts';
import { type AnswerValue, inputProblem, normalise } from './input-types.ts';
import { nearest } from './nearest.ts';

/**
 * Checks answers against a product's inputs and fills in the presets: the result has a value for every input and for
 * nothing else, each safe to stand in .env, YAML and Compose files (input-types.ts).
 *
 * @throws ANSWERS_UNKNOWN_KEY with the nearest known name as `suggestion`, ANSWERS_INVALID with expected and found
 */
export function checkAnswers(
  product: Pick<ProductDefinition, 'inputs' | 'ports' | 'registry'>,
  answers: Answers,
): { values: Record<string, AnswerValue> } {
  const known = product.inputs.map((input) => input.id);
  for (const key of Object.keys(answers)) {
    if (known.includes(key)) continue;
    const suggestion = nearest(key, known);
    throw new InstallerError('ANSWERS_UNKNOWN_KEY', {
      params: { key: key.slice(0, 64), ...(suggestion === undefined ? {} : { suggestion }) },
      expected: suggestion ?? known.join(', '),
      found: key.slice(0, 64),
    });
  }
  const values: Record<string, AnswerValue> = {};
  for (const input of product.inputs) {
    const given = Object.hasOwn(answers, input.id) ? answers[input.id] : undefined;
    values[input.id] = checkOne(input, given ?? input.default);
  }
  refuseSharedPorts(product, values);
  return { values };
}

function checkOne(input: ProductInput, value: AnswerValue): AnswerValue {
  const expected = inputProblem(input, value);
  if (expected === undefined) return normalise(input, value);
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : String(value);
  throw new InstallerError('ANSWERS_INVALID', { params: { key: input.id }, expected, found });
}

/** Two services cannot listen on one port, and the registry has its own. Ports of other machines may be any. */
function refuseSharedPorts(
  product: Pick<ProductDefinition, 'ports' | 'registry'>,
  values: Record<string, AnswerValue>,
): void {
  const taken = new Map<string, string>([[`tcp ${product.registry.port}`, 'registry']]);
  for (const { input, protocol } of product.ports) {
    const slot = `${protocol} ${values[input]}`;
    const holder = taken.get(slot);
    if (holder !== undefined) {
      throw new InstallerError('ANSWERS_INVALID', {
        params: { key: input },
        expected: 'a port that nothing else of the product uses',
        found: `${values[input]} (${holder})`,
      });
    }
    taken.set(slot, input);
  }
}
