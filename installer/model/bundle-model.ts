import { InstallerError } from '../base/errors.ts';
import { readGguf } from '../base/gguf/header.ts';
import { ggufLimits } from '../base/gguf/limits.ts';
import { prefixSource } from '../base/gguf/source.ts';
import type { GgufHeader } from '../base/gguf/types.ts';
import type { BundleManifest } from '../contract/manifest.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';

type BundleModel = BundleManifest['models'][number];

/** The manifest's entry for a model id; BUNDLE_FORMAT when the product names one that its bundle does not carry. */
export function modelEntry(bundle: VerifiedBundle, modelId: string): BundleModel {
  const entry = bundle.manifest.models.find((model) => model.id === modelId);
  if (entry !== undefined) return entry;
  const carried = bundle.manifest.models.map((model) => model.id).join(', ');
  throw new InstallerError('BUNDLE_FORMAT', {
    params: { file: 'bundle.json', field: 'models' },
    expected: modelId,
    found: carried === '' ? 'none' : carried,
  });
}

/**
 * Reads a model's header on the stick, before a byte is copied: GGUF_* says early that it will never run. What is read is
 * not yet verified against its hash, so it decides nothing but an early stop and the plan; placing checks it again.
 */
export async function inspectModel(bundle: VerifiedBundle, modelId: string): Promise<GgufHeader> {
  const { path, size } = modelEntry(bundle, modelId);
  const source = prefixSource((bytes) => bundle.peek(path, bytes), ggufLimits.headerBytes);
  return readGguf(source, size);
}
