import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InstallerError } from '../installer/base/errors.ts';
import { sha256 } from '../installer/base/hash.ts';
import {
  type BundleManifest,
  type BundleModel,
  bundleManifest,
  defaultChunkSize,
  signatureNamespaces,
} from '../installer/contract/manifest.ts';
import type { ProductDefinition } from '../installer/contract/product.ts';
import type { CreateContext, CreateOptions, CreateResult } from './create-types.ts';
import { collectImages } from './images/collect-images.ts';
import { sourceBytes } from './images/open-source.ts';
import { hostPlatform } from './images/platform.ts';
import { type RootFiles, readRoot } from './signing/read-root.ts';
import { readSignKey, type SignKey } from './signing/sign-key.ts';
import { signSsh } from './signing/sshsig.ts';
import { BundleOutput } from './writing/bundle-output.ts';
import { copyFile, filesBelow } from './writing/copy-files.ts';
import { matchModels } from './writing/match-models.ts';
import { readProduct } from './writing/read-product.ts';

export type { CreateContext, CreateEvent, CreateOptions, CreateResult } from './create-types.ts';

/** 3.5 GiB: below FAT32's 4 GiB - 1, and a multiple of the chunk size. */
export const defaultPartSize = 3_758_096_384;

/**
 * Writes a signed bundle. All inputs are looked at before the first byte is written; when it fails or is cancelled, what it
 * made is removed. The same inputs give the same bytes but for `created`.
 *
 * Throws OUTPUT_NOT_EMPTY, PRODUCT_FORMAT, SOURCE_UNREADABLE, SOURCE_FORMAT, SOURCE_IMAGE_MISSING, SOURCE_MODEL_MISSING,
 * SIGN_KEY_UNUSABLE, ROOT_FORMAT, USAGE, and system errors of the target as they come.
 */
export async function createBundle(options: CreateOptions, context: CreateContext): Promise<CreateResult> {
  const product = await readProduct(options.productDir);
  const root = await readRoot(options.rootFile);
  const keys = await readSignKeys(options.signKeys, root);
  const models = matchModels(product.models, options.models);
  const files = await filesBelow(options.productDir);
  const totalBytes = await inputBytes(options, models, files);
  const output = await BundleOutput.create(resolve(options.out), {
    chunkSize: options.chunkSize ?? defaultChunkSize,
    partSize: options.partSize ?? defaultPartSize,
  });
  try {
    return await fill(output, { options, product, root, keys, models, files, totalBytes }, context);
  } catch (error) {
    await output.destroy();
    throw error;
  }
}

interface Inputs {
  options: CreateOptions;
  product: ProductDefinition;
  root: RootFiles;
  keys: readonly SignKey[];
  models: ReturnType<typeof matchModels>;
  /** Relative to the product folder. */
  files: readonly string[];
  totalBytes: number;
}

async function fill(output: BundleOutput, inputs: Inputs, context: CreateContext): Promise<CreateResult> {
  const { options, product } = inputs;
  let doneBytes = 0;
  const copying = {
    signal: context.signal,
    onBytes: (count: number) => {
      doneBytes += count;
      context.onEvent({ kind: 'progress', doneBytes, totalBytes: inputs.totalBytes });
    },
  };
  const images = await collectImages(product.images, options.images, output, {
    ...copying,
    platform: options.platform ?? hostPlatform(),
    onSource: (source) => context.onEvent({ kind: 'source', source }),
    onIgnored: (source, ref) => context.onEvent({ kind: 'ignored', source, ref }),
  });
  for (const { name, ref, digest, size } of images) context.onEvent({ kind: 'image', name, ref, digest, size });
  const models: BundleModel[] = [];
  for (const model of inputs.models) {
    const { path, size, digest } = await copyFile(model.source, model.path, output, copying);
    models.push({ id: model.id, path, size, digest });
    context.onEvent({ kind: 'model', id: model.id, path, digest, size });
  }
  for (const file of inputs.files) {
    await copyFile(join(options.productDir, file), `product/${file}`, output, copying);
  }
  const { name, version, title } = product;
  const manifest: BundleManifest = {
    kind: 'airgap-bundle',
    schema: 1,
    product: { name, version, title },
    release: options.release,
    minimumSourceRelease: options.minimumSourceRelease ?? 0,
    created: creationTime(options).toISOString(),
    chunkSize: options.chunkSize ?? defaultChunkSize,
    images,
    models,
    files: output.files(),
  };
  return seal(output, manifest, inputs, context);
}

/** Writes and signs bundle.json: last, so that what was interrupted is no bundle. */
async function seal(
  output: BundleOutput,
  manifest: BundleManifest,
  { root, keys }: Inputs,
  { signal, onEvent }: CreateContext,
): Promise<CreateResult> {
  const checked = bundleManifest.safeParse(manifest);
  if (!checked.success) throw new InstallerError('USAGE', { params: { what: 'bundle.json' }, cause: checked.error });
  await output.writeTrustFile('root.json', root.bytes);
  for (const { name, bytes } of root.signatures) await output.writeTrustFile(name, bytes);
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  signal.throwIfAborted();
  await output.writeTrustFile('bundle.json', bytes);
  for (const [index, key] of keys.entries()) {
    const file = `bundle.json.${index + 1}.sig`;
    await output.writeTrustFile(file, signSsh(key, signatureNamespaces.bundle, bytes));
    onEvent({ kind: 'signed', file, fingerprint: key.fingerprint });
  }
  await output.sync();
  const { threshold } = root.document.roles.bundle;
  if (keys.length < threshold) onEvent({ kind: 'signaturesMissing', signed: keys.length, threshold });
  return {
    dir: output.dir,
    manifest,
    manifestDigest: sha256(bytes),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.size, 0),
  };
}

async function readSignKeys(files: readonly string[], root: RootFiles): Promise<SignKey[]> {
  const keys: SignKey[] = [];
  for (const file of files) {
    const key = await readSignKey(file);
    if (!root.document.roles.bundle.keys.includes(key.line)) {
      throw new InstallerError('SIGN_KEY_UNUSABLE', {
        params: { file },
        expected: root.document.roles.bundle.keys.join(', '),
        found: key.line,
      });
    }
    if (!keys.some((other) => other.line === key.line)) keys.push(key);
  }
  return keys;
}

async function inputBytes(options: CreateOptions, models: Inputs['models'], files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const source of options.images) bytes += await sourceBytes(source);
  for (const file of [...models.map((model) => model.source), ...files.map((name) => join(options.productDir, name))]) {
    try {
      bytes += (await stat(file)).size;
    } catch (error) {
      throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, cause: error });
    }
  }
  return bytes;
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function creationTime(options: CreateOptions): Date {
  if (options.created !== undefined) return options.created;
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === '') return new Date();
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000);
  throw new InstallerError('USAGE', { params: { what: `SOURCE_DATE_EPOCH=${epoch}` } });
}
