import { InstallerError } from '../base/errors.ts';
import { localiser } from '../base/localise.ts';
import type { TextParams } from '../contract/errors.ts';
import type { AnswerExpectation } from '../contract/expectations.ts';
import type { Answers, ProductDefinition, ProductInput } from '../contract/product.ts';
import { type AnswerValue, expectationParams, inputProblem, normalise } from './input-types.ts';
import { nearest } from './nearest.ts';
import { registryPort } from './registry-port.ts';

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
  const expects = inputProblem(input, value);
  if (expects === undefined) return normalise(input, value);
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : String(value);
  throw notAllowed(input.id, expects, expectationParams(input), found);
}

/** `expected` is for documents and logs; whoever speaks to people has `expects` with its params. */
function notAllowed(key: string, expects: AnswerExpectation, params: TextParams, found: string): InstallerError {
  const expected = localiser('en').t(`expects.${expects}`, params);
  return new InstallerError('ANSWERS_INVALID', { params: { ...params, key, expects }, expected, found });
}

/** Two services cannot listen on one port, and the registry has its own. Ports of other machines may be any. */
function refuseSharedPorts(
  product: Pick<ProductDefinition, 'ports' | 'registry'>,
  values: Record<string, AnswerValue>,
): void {
  const taken = new Map<string, string>([[`tcp ${registryPort(product, values)}`, 'registry']]);
  for (const { input, protocol } of product.ports) {
    const slot = `${protocol} ${values[input]}`;
    const holder = taken.get(slot);
    if (holder !== undefined) {
      throw notAllowed(input, 'ownPort', {}, `${values[input]} (${holder})`);
    }
    taken.set(slot, input);
  }
}
