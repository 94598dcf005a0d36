import { parseDocument } from 'yaml';
import { InstallerError } from '../base/errors.ts';
import type { Answers } from '../contract/product.ts';

/** An answers file is a few dozen lines; more is not one, and costs the parser time. */
const maxCharacters = 64 * 1024;

/**
 * Reads an answers file: one flat mapping of text, numbers and true/false, in YAML 1.2 or JSON. No aliases, no tags, no
 * duplicate keys. `file` names it in messages. Says nothing about which keys there are: checkAnswers does.
 *
 * @throws ANSWERS_FORMAT, ANSWERS_INVALID for a value that is a list, a mapping or nothing
 */
export function parseAnswersFile(text: string, file: string): Answers {
  if (text.length > maxCharacters) {
    throw formatError(file, `at most ${maxCharacters} characters`, `${text.length} characters`);
  }
  const entries = parseMapping(text, file);
  const result: [string, string | number | boolean][] = [];
  for (const [key, value] of entries) {
    if (typeof key !== 'string') throw formatError(file, 'names that are text', `the name ${shortly(key)}`);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new InstallerError('ANSWERS_INVALID', {
        params: { key: shortly(key), file },
        expected: 'text, a number, true or false',
        found: shapeOf(value),
      });
    }
    result.push([key, value]);
  }
  // own properties only, so that a key named __proto__ is a key like any other
  return Object.fromEntries(result);
}

function parseMapping(text: string, file: string): Map<unknown, unknown> {
  let content: unknown;
  try {
    const document = parseDocument(text, { version: '1.2', uniqueKeys: true, stringKeys: true, logLevel: 'error' });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      const at = problem.linePos?.[0];
      const place = at === undefined ? '' : ` in line ${at.line}, column ${at.col}`;
      throw formatError(file, 'YAML or JSON', `${problem.code}${place}`, problem);
    }
    content = document.toJS({ maxAliasCount: 0, mapAsMap: true });
  } catch (error) {
    if (error instanceof InstallerError) throw error;
    // aliases (ReferenceError) and nesting that exhausts the stack (RangeError)
    throw formatError(file, 'a plain list of “name: value”', 'aliases or nesting', error);
  }
  if (content === null) return new Map();
  if (!(content instanceof Map)) throw formatError(file, 'a plain list of “name: value”', shapeOf(content));
  return content;
}

function formatError(file: string, expected: string, found: string, cause?: unknown): InstallerError {
  return new InstallerError('ANSWERS_FORMAT', { params: { file }, expected, found, cause });
}

function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : typeof value;
}

function shortly(value: unknown): string {
  return String(value).slice(0, 64);
}
