import { join } from 'node:path';
import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { Answers, Hook, ProductDefinition } from '../contract/product.ts';
import type { StackFiles } from '../ports/runtime.ts';
import { checkAnswers } from './answers.ts';
import { type SiteImage, siteCompose } from './compose.ts';
import { printEnvFile } from './env-file.ts';
import { type RenderValues, renderText } from './placeholders.ts';
import { parseTree, renderTemplate, renderTree, type Tree } from './template.ts';
import { type LlmSettings, renderValues, usesGpu } from './values.ts';

export interface RenderInput {
  readonly product: ProductDefinition;
  /** The verified content of `product/<path>` in the bundle. */
  readonly productFile: (path: string) => Promise<Buffer>;
  readonly answers: Answers;
  readonly facts: HardwareFacts;
  readonly llm: LlmSettings;
  /** The placed model, absolute. */
  readonly modelPath: string;
  readonly images: readonly SiteImage[];
  /** `127.0.0.1:5000` */
  readonly registryAddress: string;
  readonly dataDir: string;
  /** The installation's id (`Journal.siteId`). */
  readonly site: string;
  /** The release counter: names the folder. */
  readonly release: number;
}

/** The rendered stack, and what later steps need of the product with its placeholders filled in. */
export interface RenderOutput extends StackFiles {
  readonly values: RenderValues;
  readonly hooks: readonly Hook[];
  readonly smoke: ProductDefinition['smoke'];
}

/** A file of the release folder; `path` is relative to it. */
export interface ReleaseFile {
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** `<dataDir>/releases` */
export function releasesDir({ dataDir }: Pick<RenderInput, 'dataDir'>): string {
  return join(dataDir, 'releases');
}

export function releaseDir(input: Pick<RenderInput, 'dataDir' | 'release'>): string {
  return join(releasesDir(input), String(input.release));
}

/** What the steps after this one are given; renders nothing but the product's own texts. */
export function releaseOutput(input: RenderInput): RenderOutput {
  for (const path of [input.dataDir, input.modelPath]) refuseUnsafePath(path);
  const { product } = input;
  const { values: answers } = checkAnswers(product, input.answers);
  const values = renderValues({ ...input, answers, releaseDir: releaseDir(input) });
  const { file, gpuOverlay } = product.compose;
  const overlay = gpuOverlay !== undefined && usesGpu(input.facts, input.llm) ? [gpuOverlay] : [];
  const filled = <T>(part: T): T => renderTree(part as Tree, values, 'product.yaml') as T;
  return {
    project: product.name,
    site: input.site,
    dir: releaseDir(input),
    composeFiles: [file, ...overlay],
    envFile: '.env',
    values,
    hooks: filled(product.hooks),
    smoke: filled(product.smoke),
  };
}

/**
 * All files of the release, in the order in which they are to be written: .env first, because what was generated must
 * not be lost; the Compose files last, because with them the release is complete.
 *
 * @throws ANSWERS_UNKNOWN_KEY, ANSWERS_INVALID, TEMPLATE_UNKNOWN_VALUE, PRODUCT_FORMAT, ENV_FILE_FORMAT
 */
export async function buildRelease(
  input: RenderInput,
  output: RenderOutput,
  secrets: ReadonlyMap<string, string>,
): Promise<ReleaseFile[]> {
  const { product } = input;
  const { values } = output;
  const files: ReleaseFile[] = [];
  for (const { source, target, template, mode } of product.files) {
    const bytes = await input.productFile(source);
    const content = template ? Buffer.from(renderTemplate(bytes.toString('utf8'), values, source)) : bytes;
    files.push({ path: target, mode: Number.parseInt(mode, 8), content });
  }
  const digests = new Map(files.map(({ path, content }) => [path, sha256(content)]));
  const compose: ReleaseFile[] = [];
  for (const file of output.composeFiles) {
    const document = renderTree(parseTree((await input.productFile(file)).toString('utf8'), file), values, file);
    const context = { ...input, product: product.name, files: digests, file };
    compose.push({ path: file, mode: 0o644, content: Buffer.from(siteCompose(document, context)) });
  }
  const environment = new Map(
    Object.entries(product.environment).map(([name, text]) => [name, renderText(text, values, 'product.yaml')]),
  );
  const env = printEnvFile(new Map([...environment, ...secrets]), '.env');
  return [{ path: '.env', mode: 0o600, content: Buffer.from(env) }, ...files, ...compose];
}

/** `$` would start a variable in Compose files; quotes and control characters have no business in these paths. */
function refuseUnsafePath(path: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/^\/[^\u0000-\u001f\u007f$'"`\\]*$/.test(path)) return;
  throw new InstallerError('DATA_DIR_UNUSABLE', {
    params: { path: path.replaceAll(/[^ -~]/g, '?') },
    expected: 'an absolute path without quotes, “$” or control characters',
  });
}
