import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { InstallerError } from '../../base/errors.ts';
import { findingCode, tierName } from '../../contract/findings.ts';
import type { Answers, ProductDefinition } from '../../contract/product.ts';
import { type Officer, type Override, officer, override } from '../../contract/requests.ts';
import { parseAnswers } from '../../engine/answers-file.ts';
import { parseProduct } from '../../engine/product.ts';
import type { GlobalOptions } from './terminal.ts';

export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

export const bundleOption = () => new Option('--bundle <dir>', 'the bundle, on its medium').env('AIRGAP_BUNDLE');
export const rootOption = () =>
  new Option('--root <file>', 'the root.json you trust, brought by another way than the stick').env('AIRGAP_ROOT');
export const answersOption = () =>
  new Option('--answers <file>', 'answers to the product’s questions, YAML or JSON').env('AIRGAP_ANSWERS');
export const tierOption = () =>
  new Option('--tier <tier>', 'hardware tier to judge by').env('AIRGAP_TIER').choices(tierName.options);
export const overrideOption = () =>
  new Option('--override <CODE=justification>', 'go on in spite of a finding, saying why; repeatable')
    .argParser(collectOverride)
    .default([] as Override[], 'none');

export const officerOption = () =>
  new Option(
    '--officer <name>',
    'who answers for this; by default nobody is named, and the login name is recorded',
  ).env('AIRGAP_OFFICER');
export const officeOption = () => new Option('--office <office>', 'that person’s office').env('AIRGAP_OFFICE');

/** USAGE for a name that is too short or too long, and for an office without a name. */
export function officerOf(options: { officer?: string; office?: string }): Officer | null {
  if (options.officer === undefined && options.office === undefined) return null;
  const parsed = officer.safeParse({ name: options.officer ?? '', office: options.office ?? '' });
  if (parsed.success) return parsed.data;
  const what =
    options.officer === undefined
      ? '--officer'
      : `--${parsed.error.issues[0]?.path[0] === 'office' ? 'office' : 'officer'}`;
  throw new InstallerError('USAGE', { params: { what } });
}

function collectOverride(value: string, previous: Override[]): Override[] {
  const at = value.indexOf('=');
  const parsed = override.safeParse({ code: value.slice(0, at), justification: value.slice(at + 1) });
  if (at < 1 || !parsed.success) {
    throw new InvalidArgumentError(
      `Expected CODE=justification (a reason in words, at least 10 characters), CODE one of ${findingCode.options.join(', ')}.`,
    );
  }
  return [...previous, parsed.data];
}

/** The answers of a file; none without one. ANSWERS_FORMAT when it cannot be read or parsed. */
export async function readAnswers(file: string | undefined): Promise<Answers> {
  if (file === undefined) return {};
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new InstallerError('ANSWERS_FORMAT', { params: { file }, cause });
  }
  return parseAnswers(text, file);
}

/** product.yaml of a product folder. PRODUCT_FORMAT when it cannot be read or is none. */
export async function readProductFile(folder: string): Promise<ProductDefinition> {
  const file = join(folder, 'product.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new InstallerError('PRODUCT_FORMAT', { params: { file }, cause });
  }
  return parseProduct(text, file);
}
