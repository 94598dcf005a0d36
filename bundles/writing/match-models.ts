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
 * given, USAGE where a file is none of the product's.
 */
export function matchModels(
  models: ProductDefinition['models'],
  sources: readonly ModelSource[],
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
  return models.map((model) => {
    const source = byId.get(model.id);
    if (source === undefined) {
      throw new InstallerError('SOURCE_MODEL_MISSING', { params: { model: model.id, file: model.file } });
    }
    return { id: model.id, source, path: `models/${model.file}` };
  });
}

function guessId(models: ProductDefinition['models'], path: string): string | undefined {
  if (models.length === 1) return models[0]?.id;
  return models.find((model) => basename(model.file) === basename(path))?.id;
}
