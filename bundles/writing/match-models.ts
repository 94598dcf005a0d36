import { basename } from 'node:path';
import { InstallerError } from '../../installer/base/errors.ts';
import type { ProductDefinition } from '../../installer/contract/product.ts';

export interface ModelSource {
  /** The product's id for it; may be left out where the file's name, or its being the only one, tells. */
  id?: string;
  /** A GGUF file. */
  path: string;
}

/**
 * Which given file is which of the product's models, in the product's order. Throws SOURCE_MODEL_MISSING where one was not
 * given and `all` are asked for, USAGE where a file is none of the product's.
 */
export function matchModels(
  models: ProductDefinition['models'],
  sources: readonly ModelSource[],
  { all }: { all: boolean },
): { id: string; source: string; path: string }[] {
  const byId = new Map<string, string>();
  for (const source of sources) {
    const id = source.id ?? guessId(models, source.path);
    if (id === undefined || byId.has(id) || !models.some((model) => model.id === id)) {
      throw new InstallerError('USAGE', {
        params: { what: `--model ${source.path}` },
        expected: models.map((model) => `${model.id}=FILE`).join(', ') || '-',
        found: source.id === undefined ? source.path : `${source.id}=${source.path}`,
      });
    }
    byId.set(id, source.path);
  }
  const matched = models.flatMap((model) => {
    const source = byId.get(model.id);
    return source === undefined ? [] : [{ id: model.id, source, path: `models/${model.file}` }];
  });
  if (all) requireModels(models, matched);
  return matched;
}

/** Throws SOURCE_MODEL_MISSING for the first of the product's models that is not among those found. */
export function requireModels(models: ProductDefinition['models'], found: readonly { id: string }[]): void {
  const missing = models.find(({ id }) => !found.some((model) => model.id === id));
  if (missing === undefined) return;
  throw new InstallerError('SOURCE_MODEL_MISSING', { params: { model: missing.id, file: missing.file } });
}

function guessId(models: ProductDefinition['models'], path: string): string | undefined {
  if (models.length === 1) return models[0]?.id;
  return models.find((model) => basename(model.file) === basename(path))?.id;
}
