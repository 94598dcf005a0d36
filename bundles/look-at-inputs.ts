import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../installer/base/errors.ts';
import type { ProductDefinition } from '../installer/contract/product.ts';
import type { CreateOptions } from './create-types.ts';
import { type Base, readBase } from './delta/read-base.ts';
import { sourceBytes } from './images/source-bytes.ts';
import { parseSource } from './images/source-spec.ts';
import { parseRegistryReference } from './registry/parse-reference.ts';
import { type GivenSbom, readGivenSboms } from './sbom/read-given.ts';
import { type RootFiles, readRoot } from './signing/read-root.ts';
import { readSignKey, type SignKey } from './signing/sign-key.ts';
import { type Carried, listCarried } from './writing/carry-folder.ts';
import { checkModelFile } from './writing/check-model.ts';
import { filesBelow } from './writing/copy-files.ts';
import { matchModels } from './writing/match-models.ts';
import { readProduct } from './writing/read-product.ts';
import { readSmallFile } from './writing/read-small.ts';

/** Everything that a bundle is made from, looked at but for the large files. */
export interface Inputs {
  options: CreateOptions;
  product: ProductDefinition;
  root: RootFiles;
  keys: readonly SignKey[];
  models: ReturnType<typeof matchModels>;
  /** Of the product folder, relative to it. */
  files: readonly string[];
  carried: readonly Carried[];
  sboms: readonly GivenSbom[];
  notes: Buffer | undefined;
  base: Base | undefined;
  registryCa: Buffer | undefined;
  totalBytes: number;
}

/** Where the wizard looks for them (engine/open-bundle.ts). */
export const notesFile = 'release-notes.md';
const maxNotesBytes = 256 * 1024;
const maxCaBytes = 1024 * 1024;

/** Reads all small inputs and finds all others, before the first byte is written. Throws what createBundle documents. */
export async function lookAtInputs(options: CreateOptions): Promise<Inputs> {
  for (const source of options.images) {
    const spec = parseSource(source);
    if (spec.kind === 'registry') parseRegistryReference(spec.ref);
  }
  const product = await readProduct(options.productDir);
  const root = await readRoot(options.rootFile);
  const keys = await readSignKeys(options.signKeys, root);
  const nested = options.from ?? [];
  const models = matchModels(product.models, options.models, { all: nested.length === 0 });
  const files = await filesBelow(options.productDir);
  const carried: Carried[] = [];
  for (const source of options.packages ?? []) carried.push(...(await listCarried(source, 'packages')));
  for (const source of options.tools ?? []) carried.push(...(await listCarried(source, 'tools')));
  if (options.notes !== undefined && files.includes(notesFile)) {
    throw new InstallerError('USAGE', { params: { what: '--notes' }, found: join(options.productDir, notesFile) });
  }
  let totalBytes = carried.reduce((sum, { size }) => sum + size, 0);
  for (const source of [...options.images, ...nested]) totalBytes += await sourceBytes(source);
  for (const { source } of models) {
    totalBytes += await fileSize(source);
    await checkModelFile(source);
  }
  for (const file of files) totalBytes += await fileSize(join(options.productDir, file));
  return {
    ...{ options, product, root, keys, models, files, carried, totalBytes },
    sboms: await readGivenSboms(options.sboms ?? [], product.images),
    notes: options.notes === undefined ? undefined : await readSmallFile(options.notes, maxNotesBytes),
    base: options.base === undefined ? undefined : await readBase(options.base, product.name, options.release),
    registryCa: options.registryCa === undefined ? undefined : await readSmallFile(options.registryCa, maxCaBytes),
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

async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, cause: error });
  }
}
