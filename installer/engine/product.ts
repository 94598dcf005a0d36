import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InstallerError } from '../base/errors.ts';
import { type ProductDefinition, productDefinition } from '../contract/product.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';

const maxProductBytes = 1024 * 1024;

/** The product definition inside a verified bundle. PRODUCT_FORMAT when it is not one. */
export async function readProduct(bundle: VerifiedBundle): Promise<ProductDefinition> {
  const file = 'product/product.yaml';
  const product = parseProduct((await bundle.read(file, maxProductBytes)).toString('utf8'), file);
  if (product.name !== bundle.manifest.product.name) {
    throw new InstallerError('PRODUCT_MISMATCH', {
      params: { file },
      expected: bundle.manifest.product.name,
      found: product.name,
    });
  }
  return product;
}

/**
 * The definition that the installer comes with, to judge a machine before a bundle is at hand; null where there is none, or more
 * than one to choose from.
 */
export async function shippedProduct(dir: string): Promise<ProductDefinition | null> {
  const files = (await readdir(dir)).map((name) => join(dir, name, 'product.yaml'));
  const [file, another] = files;
  if (file === undefined || another !== undefined) return null;
  return parseProduct(await readFile(file, 'utf8'), file);
}

/** product.yaml's text. PRODUCT_FORMAT, naming the first field that is wrong. */
export function parseProduct(text: string, file: string): ProductDefinition {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new InstallerError('PRODUCT_FORMAT', { params: { file }, cause });
  }
  const parsed = productDefinition.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InstallerError('PRODUCT_FORMAT', {
      params: { file },
      found: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      cause: parsed.error,
    });
  }
  return parsed.data;
}
