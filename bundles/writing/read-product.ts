import { join } from 'node:path';
import { parse } from 'yaml';
import { InstallerError } from '../../installer/base/errors.ts';
import { type ProductDefinition, productDefinition } from '../../installer/contract/product.ts';
import { readSmallFile } from './read-small.ts';

const maxProductBytes = 1024 * 1024;

/** product.yaml of a product folder. Throws PRODUCT_FORMAT naming the first key that does not fit, SOURCE_UNREADABLE. */
export async function readProduct(dir: string): Promise<ProductDefinition> {
  const file = join(dir, 'product.yaml');
  const text = (await readSmallFile(file, maxProductBytes)).toString('utf8');
  let value: unknown;
  try {
    value = parse(text, { strict: true, uniqueKeys: true, maxAliasCount: 100 });
  } catch (error) {
    throw new InstallerError('PRODUCT_FORMAT', { params: { file }, cause: error });
  }
  const result = productDefinition.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InstallerError('PRODUCT_FORMAT', {
    params: { file, key: issue?.path.join('.') ?? '' },
    ...(issue === undefined ? {} : { expected: issue.message }),
  });
}
