import { parseDocument, stringify } from 'yaml';
import { InstallerError } from '../base/errors.ts';
import { leftOut, type RenderValues, renderScalar } from './placeholders.ts';

/** Parsed YAML or JSON. */
export type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree };

/** A product's templates are signed, but a mistake in one must not hang the installer either. */
const maxCharacters = 1024 * 1024;

/**
 * Reads a YAML or JSON file of the product, anchors and `<<` merge keys resolved.
 *
 * @throws PRODUCT_FORMAT
 */
export function parseTree(text: string, file: string): Tree {
  if (text.length > maxCharacters) {
    throw new InstallerError('PRODUCT_FORMAT', {
      params: { file },
      expected: `at most ${maxCharacters} characters`,
      found: text.length,
    });
  }
  try {
    const document = parseDocument(text, { merge: true, uniqueKeys: true, stringKeys: true, logLevel: 'error' });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw problem;
    return document.toJS({ maxAliasCount: 100 }) as Tree;
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'no YAML or JSON';
    throw new InstallerError('PRODUCT_FORMAT', { params: { file }, expected: 'YAML or JSON', found, cause: error });
  }
}

/**
 * A copy of the tree with the placeholders of all its scalars replaced. Keys stay as they are: a placeholder in one is an
 * error. A list item somewhere in which an `{{optional …}}` value is empty is left out of its list.
 *
 * @throws TEMPLATE_UNKNOWN_VALUE, PRODUCT_FORMAT
 */
export function renderTree(tree: Tree, values: RenderValues, file: string): Tree {
  const rendered = renderNode(tree, values, file);
  if (rendered === leftOut) throw outsideList(file);
  return rendered;
}

function renderNode(node: Tree, values: RenderValues, file: string): Tree | typeof leftOut {
  if (typeof node === 'string') return renderScalar(node, values, file);
  if (Array.isArray(node)) {
    return node.map((item) => renderNode(item, values, file)).filter((item) => item !== leftOut);
  }
  if (node === null || typeof node !== 'object') return node;
  const entries: [string, Tree][] = [];
  let complete = true;
  for (const [key, value] of Object.entries(node)) {
    if (key.includes('{{')) {
      throw new InstallerError('PRODUCT_FORMAT', {
        params: { file },
        expected: 'placeholders in values only',
        found: key,
      });
    }
    const child = renderNode(value, values, file);
    if (child === leftOut) complete = false;
    else entries.push([key, child]);
  }
  return complete ? Object.fromEntries(entries) : leftOut;
}

function outsideList(file: string): InstallerError {
  return new InstallerError('PRODUCT_FORMAT', { params: { file }, expected: '“optional” inside a list item' });
}

/**
 * The tree as a file, the same bytes for the same tree. YAML strings are always quoted: what is text here is text for
 * every parser, whatever it takes `on`, `0644` or `1:30` for.
 */
export function printTree(tree: Tree, file: string): string {
  if (file.endsWith('.json')) return `${JSON.stringify(tree, null, 2)}\n`;
  return stringify(tree, {
    aliasDuplicateObjects: false,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
}

/** A template of the product, read, filled in and printed again; `file` names it in messages and chooses the format. */
export function renderTemplate(text: string, values: RenderValues, file: string): string {
  return printTree(renderTree(parseTree(text, file), values, file), file);
}
