import { chmod, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, temporarySuffix } from '../base/atomic-file.ts';
import { asInstallerError, InstallerError, systemCode } from '../base/errors.ts';
import { summarise } from '../base/gguf/header.ts';
import type { GgufSummary } from '../base/gguf/types.ts';
import { hashFile } from '../base/hash.ts';
import { isAbsent } from '../base/is-absent.ts';
import type { Digest } from '../contract/digest.ts';
import type { Step, StepContext } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { modelEntry } from './bundle-model.ts';
import { readModelHeader } from './check-model.ts';
import { copyModel } from './copy-model.ts';
import { stampHolds, writeStamp } from './stamp.ts';

export interface PlaceModelInput {
  readonly bundle: VerifiedBundle;
  readonly modelId: string;
  readonly modelsDir: string;
}

export interface PlacedModel {
  /** `<modelsDir>/<digest hex>/model.gguf` */
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly header: GgufSummary;
}

/** Puts a bundle's model where the LLM server reads it: hashed while copied, header checked, in place all at once or not at all. */
export const placeModel: Step<PlaceModelInput, PlacedModel> = {
  id: 'placeModel',
  weight: 20,
  unit: 'bytes',
  reversible: true,
  check: (input, context) => guarded(context, () => findPlaced(input, context)),
  run: (input, context) => guarded(context, () => place(input, context)),
  verify: (output, input, context) => guarded(context, () => verifyPlaced(output, input.modelId)),
};

interface Target {
  readonly dir: string;
  readonly path: string;
  readonly stamp: string;
  readonly source: string;
  readonly digest: Digest;
  readonly size: number;
}

function targetOf({ bundle, modelId, modelsDir }: PlaceModelInput): Target {
  const { path: source, digest, size } = modelEntry(bundle, modelId);
  const dir = join(modelsDir, digest.slice('sha256:'.length));
  return { dir, path: join(dir, 'model.gguf'), stamp: join(dir, 'model.gguf.stamp'), source, digest, size };
}

async function findPlaced(input: PlaceModelInput, context: StepContext): Promise<PlacedModel | undefined> {
  const target = targetOf(input);
  if (!(await isReadableFile(target))) return undefined;
  if (!(await stampHolds(target.stamp, target.path, target.digest))) {
    const { digest } = await hashFile(target.path, { signal: context.signal });
    if (digest !== target.digest) return undefined;
    await writeStamp(target.stamp, target.path, target.digest);
  }
  return { ...identity(target), header: summarise(await readModelHeader(target.path)) };
}

/** There, of the right size, and readable by the container's user. */
async function isReadableFile(target: Target): Promise<boolean> {
  try {
    const folder = await stat(target.dir);
    const file = await stat(target.path);
    const open = (folder.mode & 0o005) === 0o005 && (file.mode & 0o004) === 0o004;
    return open && file.isFile() && file.size === target.size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function place(input: PlaceModelInput, context: StepContext): Promise<PlacedModel> {
  const target = targetOf(input);
  for (const name of [input.modelsDir, target.dir]) if (await isAbsent(name)) context.making({ kind: 'folder', name });
  await mkdir(target.dir, { recursive: true, mode: 0o755 });
  // umask may have taken bits away
  await chmod(target.dir, 0o755);
  await syncFolder(input.modelsDir);
  await removeStale(target.dir);
  context.progress(0, target.size, input.modelId);
  const header = await copyModel(() => input.bundle.open(target.source), target.path, {
    model: input.modelId,
    digest: target.digest,
    size: target.size,
    signal: context.signal,
    onBytes: (done) => context.progress(done, target.size, input.modelId),
  }).catch(async (error: unknown) => {
    await removeFolder(target.dir);
    throw error;
  });
  await writeStamp(target.stamp, target.path, target.digest);
  context.emit({
    kind: 'artifact',
    artifact: { type: 'model', name: input.modelId, digest: target.digest, size: target.size },
  });
  return { ...identity(target), header: summarise(header) };
}

/** What a run that was killed has left half-written. */
async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (name.endsWith(temporarySuffix)) await rm(join(dir, name), { force: true });
  }
}

async function verifyPlaced(output: PlacedModel, model: string): Promise<void> {
  const { size } = await stat(output.path);
  if (size !== output.size) {
    throw new InstallerError('MODEL_DIGEST', {
      params: { model },
      expected: `${output.size} bytes`,
      found: `${size} bytes`,
    });
  }
  await readModelHeader(output.path);
}

async function removeFolder(dir: string): Promise<void> {
  try {
    await rmdir(dir);
  } catch (error) {
    // nothing was placed, or another file stands there: not this step's to remove
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') throw asInstallerError(error);
  }
}

function identity(target: Target): Omit<PlacedModel, 'header'> {
  return { path: target.path, digest: target.digest, size: target.size };
}

/** Whatever an aborted signal was aborted with, it is a cancellation. */
async function guarded<T>(context: StepContext, work: () => Promise<T>): Promise<T> {
  try {
    context.signal.throwIfAborted();
    return await work();
  } catch (error) {
    if (context.signal.aborted) throw new InstallerError('CANCELLED', { cause: error });
    throw asInstallerError(error);
  }
}
