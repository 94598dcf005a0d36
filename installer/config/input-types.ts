import { isIP } from 'node:net';
import { contains, parseNetwork, privateNetworks } from '../base/ipv4-network.ts';
import type { TextParams } from '../contract/errors.ts';
import type { AnswerExpectation } from '../contract/expectations.ts';
import type { ProductInput } from '../contract/product.ts';

export type AnswerValue = string | number | boolean;

/**
 * What an input's type expects, when `value` is not that; undefined when it is. Strict on purpose: what passes holds no
 * quote, blank, `$`, backslash or control character, so it cannot end a string in .env, YAML, JSON or a Compose file, nor
 * start a Compose variable.
 */
export function inputProblem(input: ProductInput, value: AnswerValue): AnswerExpectation | undefined {
  switch (input.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'boolean';
    case 'port':
      return integerProblem(value, portRange);
    case 'integer':
      return integerProblem(value, input);
    case 'choice':
      return typeof value === 'string' && input.options.includes(value) ? undefined : 'choice';
    case 'username':
      return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9._-]{0,31}$/.test(value) ? undefined : 'username';
    case 'host':
      return typeof value === 'string' && (isAddress(value) || isHostName(value)) ? undefined : 'host';
    case 'address':
      return typeof value === 'string' && (isAddress(value) || value === 'localhost') ? undefined : 'address';
    case 'subnet':
      return typeof value === 'string' && isSubnet(value, input) ? undefined : 'subnet';
    case 'url':
      if (value === '' && input.default === '') return undefined;
      return typeof value === 'string' && isUrl(value) ? undefined : 'url';
  }
}

/** What the text of that expectation names: bounds, choices. */
export function expectationParams(input: ProductInput): TextParams {
  if (input.type === 'port') return portRange;
  if (input.type === 'integer') return { min: input.min, max: input.max };
  if (input.type === 'subnet') return { min: input.minPrefix, max: input.maxPrefix };
  return input.type === 'choice' ? { options: input.options.join(', ') } : {};
}

/** Docker publishes ports on addresses, not on names. */
export function normalise(input: ProductInput, value: AnswerValue): AnswerValue {
  return input.type === 'address' && value === 'localhost' ? '127.0.0.1' : value;
}

const portRange = { min: 1, max: 65_535 };

function integerProblem(value: AnswerValue, { min, max }: { min: number; max: number }): 'integer' | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? undefined : 'integer';
}

/** Private addresses only: a public network on a machine without one would hide the real one from whoever joins later. */
function isSubnet(value: string, { minPrefix, maxPrefix }: { minPrefix: number; maxPrefix: number }): boolean {
  const network = parseNetwork(value);
  if (network === undefined || network.prefix < minPrefix || network.prefix > maxPrefix) return false;
  return privateNetworks.some((range) => contains(range, network));
}

/** An IP address without a zone (`%eth0`): a zone means something on one machine only. */
function isAddress(value: string): boolean {
  return isIP(value) !== 0 && !value.includes('%');
}

/** https://www.rfc-editor.org/rfc/rfc1123#section-2.1; a last label of digits alone would be a mistyped address. */
function isHostName(value: string): boolean {
  if (value.length > 253 || !/^[A-Za-z0-9.-]+$/.test(value)) return false;
  const labels = value.split('.');
  if (/^[0-9]+$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
}

function isUrl(value: string): boolean {
  if (value.length > 2048 || !/^https?:\/\/[A-Za-z0-9[][A-Za-z0-9._~:/?#[\]@!&()*+,;=%-]*$/.test(value)) return false;
  const url = URL.parse(value);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isAddress(host) || isHostName(host);
}
