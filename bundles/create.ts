import { join, resolve } from 'node:path';
import { type BundleManifest, type BundleModel, defaultChunkSize } from '../installer/contract/manifest.ts';
import type { CreateContext, CreateOptions, CreateResult } from './create-types.ts';
import { creationTime } from './creation-time.ts';
import { leaveOut } from './delta/leave-out.ts';
import { collectImages } from './images/collect-images.ts';
import { openSources } from './images/open-source.ts';
import { type Inputs, lookAtInputs, notesFile } from './look-at-inputs.ts';
import { readNested } from './nested/read-nested.ts';
import { checkDistributions } from './packages/check-distributions.ts';
import { hashedRequirements, hashedRequirementsFile } from './packages/hashed-requirements.ts';
import { missingRequirements } from './packages/missing-requirements.ts';
import { writeSboms } from './sbom/write-sboms.ts';
import { sealBundle } from './seal-bundle.ts';
import { sourceOptions } from './source-options.ts';
import { BundleOutput } from './writing/bundle-output.ts';
import { carry } from './writing/carry-folder.ts';
import { checkStoredModel } from './writing/check-model.ts';
import { copyFile } from './writing/copy-files.ts';
import { requireModels } from './writing/match-models.ts';

export type { CreateContext, CreateEvent, CreateOptions, CreateResult } from './create-types.ts';

/** 3.5 GiB: below FAT32's 4 GiB - 1, and a multiple of the chunk size. */
export const defaultPartSize = 3_758_096_384;

/**
 * Writes a signed bundle. All inputs are looked at before the first byte is written; when it fails or is cancelled, what it
 * made is removed. The same inputs give the same bytes but for `created`.
 *
 * Throws OUTPUT_NOT_EMPTY, PRODUCT_FORMAT, SOURCE_UNREADABLE, SOURCE_FORMAT, SOURCE_REGISTRY, SOURCE_IMAGE_MISSING,
 * SOURCE_TRUNCATED, SOURCE_MODEL_MISSING, GGUF_*, SBOM_FORMAT, DELTA_BASE_FORMAT, SIGN_KEY_UNUSABLE, ROOT_FORMAT, ENGINE_UNREACHABLE, USAGE, and system
 * errors of the target as they come.
 */
export async function createBundle(options: CreateOptions, context: CreateContext): Promise<CreateResult> {
  const inputs = await lookAtInputs(options);
  const output = await BundleOutput.create(resolve(options.out), {
    chunkSize: options.chunkSize ?? defaultChunkSize,
    partSize: options.partSize ?? defaultPartSize,
  });
  try {
    return await fill(output, inputs, context);
  } catch (error) {
    await output.destroy();
    throw error;
  }
}

async function fill(output: BundleOutput, inputs: Inputs, context: CreateContext): Promise<CreateResult> {
  const { options, product, base } = inputs;
  const { onEvent } = context;
  const reading = sourceOptions(inputs, context);
  const onIgnored = (source: string, ref: string) => onEvent({ kind: 'ignored', source, ref });

  const opened = await openSources(options.images, output, reading, (source) => onEvent({ kind: 'source', source }));
  const models: (BundleModel & { source: string })[] = [];
  for (const archive of options.from ?? []) {
    onEvent({ kind: 'source', source: archive });
    const nested = await readNested(archive, output, { ...reading, onIgnored, modelPlace: modelPlace(inputs) });
    opened.push(...nested.images);
    for (const { id, source, file } of nested.models) models.push(toModel(id, source, file));
  }
  requireModels(product.models, [...inputs.models, ...models]);
  const images = await collectImages(product.images, opened, output, onIgnored);
  for (const { entry, source } of images) {
    const { name, ref, digest, size } = entry;
    onEvent({ kind: 'image', name, ref, digest, size, source });
  }

  for (const { id, source, path } of inputs.models) {
    const file = await copyFile(source, path, output, reading);
    // the file may have changed since it was looked at: what is signed is this copy
    await checkStoredModel(output, file, source);
    models.push(toModel(id, source, file));
  }
  models.sort((a, b) => indexOf(product.models, a.id) - indexOf(product.models, b.id));
  for (const { id, path, digest, size, source } of models) {
    onEvent({ kind: 'model', id, path, digest, size, source });
  }
  for (const file of inputs.files) {
    await copyFile(join(options.productDir, file), `product/${file}`, output, reading);
  }
  if (inputs.notes !== undefined) await output.put(`product/${notesFile}`, [inputs.notes]);
  await carry(inputs.carried, output, reading);
  await checkDistributions(output);
  for (const missing of await missingRequirements(output)) onEvent({ kind: 'requirementMissing', ...missing });
  await writeHashedRequirements(output);
  for (const folder of ['packages', 'tools']) sayCarried(output, folder, onEvent);
  await writeSboms(output, images, inputs.sboms, { product, onEvent, signal: context.signal });

  const documents = images.flatMap(({ image }) => image.documents);
  const assumed = base === undefined ? [] : await leaveOut(output, base.manifest, documents);
  if (base !== undefined) {
    const bytes = assumed.reduce((sum, { size }) => sum + size, 0);
    onEvent({ kind: 'delta', release: base.manifest.release, files: assumed.length, bytes });
  }
  const { name, version, title } = product;
  // a base that has nothing in common with this release is none
  const delta =
    base === undefined || assumed.length === 0
      ? undefined
      : { release: base.manifest.release, manifestDigest: base.manifestDigest };
  const manifest: BundleManifest = {
    kind: 'airgap-bundle',
    schema: 1,
    product: { name, version, title },
    release: options.release,
    minimumSourceRelease: options.minimumSourceRelease ?? delta?.release ?? 0,
    created: creationTime(options).toISOString(),
    ...(options.expires === undefined ? {} : { expires: options.expires.toISOString() }),
    ...(delta === undefined ? {} : { base: delta }),
    chunkSize: options.chunkSize ?? defaultChunkSize,
    images: images.map(({ entry }) => entry),
    models: models.map(({ id, path, size, digest }) => ({ id, path, size, digest })),
    files: output.files(),
    ...(delta === undefined ? {} : { assumed }),
  };
  return sealBundle(output, manifest, inputs, context);
}

function toModel(id: string, source: string, file: { path: string; size: number; digest: string }) {
  return { id, path: file.path, size: file.size, digest: file.digest, source };
}

function indexOf(models: Inputs['product']['models'], id: string): number {
  return models.findIndex((model) => model.id === id);
}

/** Models that were given with --model are not looked for in an archive. */
function modelPlace({ product, models }: Inputs) {
  const open = product.models.filter(({ id }) => !models.some((model) => model.id === id));
  return (name: string): { id: string; path: string } | undefined => {
    const only =
      open.length === 1 ? open[0] : open.find(({ file }) => file.split('/').at(-1) === name.split('/').at(-1));
    return only === undefined ? undefined : { id: only.id, path: `models/${only.file}` };
  };
}

async function writeHashedRequirements(output: BundleOutput): Promise<void> {
  if (output.has(hashedRequirementsFile)) return;
  const list = hashedRequirements(output.files());
  if (list !== undefined) await output.put(hashedRequirementsFile, [Buffer.from(list)]);
}

function sayCarried(output: BundleOutput, folder: string, onEvent: CreateContext['onEvent']): void {
  const files = output.files().filter(({ path }) => path.startsWith(`${folder}/`));
  if (files.length === 0) return;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  onEvent({ kind: 'carried', folder, files: files.length, bytes });
}
