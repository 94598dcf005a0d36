import { InstallerError } from '../base/errors.ts';
import type { AnswerValue } from './input-types.ts';

/** Everything that templates may name: `answers.api_port`, `llm.nCtx`, `paths.model`… (values.ts). Never a secret. */
export type RenderValues = Readonly<Record<string, AnswerValue>>;

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const wholePlaceholder = /^\{\{\s*([^{}]*?)\s*\}\}$/;
const units: Readonly<Record<string, number>> = { MiB: 2 ** 20, GiB: 2 ** 30 };

/** Stands for a value that is empty and was marked `optional`. */
export const leftOut = Symbol('left out');

/**
 * A scalar with its placeholders replaced. In YAML a scalar that begins with a brace must be quoted, and what is quoted is
 * text: readers differ in what they take a bare number for (Compose before 2.24 refuses one for `cpus`). The whole language:
 *
 * - `{{NAME}}`: the value as text
 * - `{{min A B}}`, `{{max A B}}`: of numbers, names of numbers, or sizes such as `8GiB` (bytes); as text
 * - `{{value NAME}}`, only as the whole scalar: the value with its own type, a number or true and false
 * - `{{optional NAME}}`, only as the whole scalar: an empty value leaves out the list item around it (template.ts)
 *
 * @throws TEMPLATE_UNKNOWN_VALUE for a name, function or form that does not exist
 */
export function renderScalar(text: string, values: RenderValues, file: string): AnswerValue | typeof leftOut {
  const whole = wholePlaceholder.exec(text)?.[1];
  const [head, name, ...rest] = whole?.split(/\s+/) ?? [];
  if (whole !== undefined && (head === 'optional' || head === 'value')) {
    if (name === undefined || rest.length > 0) throw unknown(whole, file);
    const value = lookUp(name, values, file);
    if (head === 'value') return value;
    return value === '' ? leftOut : String(value);
  }
  return renderText(text, values, file);
}

/** Text with its placeholders replaced, once: a value that looks like a placeholder stays as it is. */
export function renderText(text: string, values: RenderValues, file: string): string {
  const rest = text.replace(placeholder, '');
  if (rest.includes('{{')) throw unknown(rest.slice(rest.indexOf('{{'), rest.indexOf('{{') + 40), file);
  return text.replace(placeholder, (_, expression: string) => String(evaluate(expression, values, file)));
}

function evaluate(expression: string, values: RenderValues, file: string): AnswerValue {
  const [head = '', ...operands] = expression.split(/\s+/);
  const [first] = operands;
  if (first === undefined) return lookUp(head, values, file);
  if ((head !== 'min' && head !== 'max') || operands.length !== 2) throw unknown(expression, file);
  return Math[head](...operands.map((operand) => numberOf(operand, values, file)));
}

function lookUp(name: string, values: RenderValues, file: string): AnswerValue {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw unknown(name, file);
  return value;
}

function numberOf(operand: string, values: RenderValues, file: string): number {
  const literal = /^(\d{1,9})(MiB|GiB)?$/.exec(operand);
  if (literal !== null) return Number(literal[1]) * (units[literal[2] ?? ''] ?? 1);
  const value = lookUp(operand, values, file);
  if (typeof value !== 'number') throw unknown(operand, file);
  return value;
}

function unknown(name: string, file: string): InstallerError {
  return new InstallerError('TEMPLATE_UNKNOWN_VALUE', { params: { name, file }, found: name });
}
