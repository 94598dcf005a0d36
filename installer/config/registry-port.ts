import type { ProductDefinition } from '../contract/product.ts';
import type { AnswerValue } from './input-types.ts';

/** The loopback port of the site's registry: as answered where the product has an input for it, else the product's. */
export function registryPort(
  { registry }: Pick<ProductDefinition, 'registry'>,
  answers: Readonly<Record<string, AnswerValue>>,
): number {
  const answered = registry.input === undefined ? undefined : answers[registry.input];
  return answered === undefined ? registry.port : Number(answered);
}
