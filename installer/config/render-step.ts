import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { isAbsent } from '../base/is-absent.ts';
import type { Step, StepContext } from '../ports/step.ts';
import { foldersReady, makeFolders, missingFolders, onThisMachine } from './data-folders.ts';
import { buildRelease, type RenderInput, type RenderOutput, releaseOutput, releasesDir } from './release.ts';
import { differences, hasSecrets, keepSecrets, writeRelease } from './release-folder.ts';
import { completeSecrets, existingSecrets } from './secrets.ts';

/**
 * Writes a release's folder: Compose files, .env with the secrets (0600), the product's configuration; and makes the data
 * folders. `check` renders everything in memory and compares it with the disk byte for byte, modes included.
 */
export const renderConfig: Step<RenderInput, RenderOutput> = {
  id: 'renderConfig',
  weight: 1,
  unit: 'items',
  reversible: true,
  check: (input, context) => guarded(context, () => findRendered(input)),
  run: (input, context) => guarded(context, () => render(input, context)),
  verify: (output, input, context) => guarded(context, () => verifyRendered(output, input)),
};

async function findRendered(input: RenderInput): Promise<RenderOutput | undefined> {
  const output = releaseOutput(input);
  return (await firstDifference(output, input)) === undefined ? output : undefined;
}

async function render(input: RenderInput, context: StepContext): Promise<RenderOutput> {
  const output = releaseOutput(input);
  const secrets = completeSecrets(input.product.secrets, await existingSecrets(releasesDir(input), input.release));
  const files = await buildRelease(input, output, secrets);
  for (const name of [releasesDir(input), output.dir]) {
    if (await isAbsent(name)) context.making({ kind: 'release', name });
  }
  await mkdir(releasesDir(input), { recursive: true });
  await chmod(releasesDir(input), 0o700);
  await rememberSecrets(output, context);
  for (const name of await missingFolders(input.dataDir, input.product.folders)) context.making({ kind: 'data', name });
  await makeFolders(input.dataDir, foldersOf(input));
  let done = 0;
  await writeRelease(output.dir, files, unwanted(output, input), ({ path, content }) => {
    context.signal.throwIfAborted();
    context.progress(done++, files.length, path);
    // the digest of .env would be one of secrets
    const digest = path === '.env' ? null : sha256(content);
    const name = join('releases', String(input.release), path);
    context.emit({ kind: 'artifact', artifact: { type: 'file', name, digest, size: content.length } });
  });
  context.progress(files.length, files.length);
  return output;
}

/**
 * Secrets that an earlier uninstall kept are put aside once, before an install first changes their file: what it was before that install
 * is what a roll back puts back, however often the install is begun again.
 */
async function rememberSecrets({ dir, envFile }: RenderOutput, context: StepContext): Promise<void> {
  const thing = { kind: 'secrets', name: dir } as const;
  if (context.isOurs(thing) || context.isOurs({ kind: 'release', name: dir })) return;
  if (!(await hasSecrets(dir, envFile))) return;
  await keepSecrets(dir, envFile);
  context.making(thing);
}

async function verifyRendered(output: RenderOutput, input: RenderInput): Promise<void> {
  const path = await firstDifference(output, input);
  if (path === undefined) return;
  throw new InstallerError('IO', {
    params: { path: join(output.dir, path), errno: '-' },
    expected: 'what was just written',
    found: 'other content, owner or mode',
  });
}

/** The first thing on disk that is not as it would be rendered now; undefined: all is. */
async function firstDifference(output: RenderOutput, input: RenderInput): Promise<string | undefined> {
  const existing = await existingSecrets(releasesDir(input), input.release);
  if (input.product.secrets.some(({ env }) => !existing.get(env))) return '.env';
  const files = await buildRelease(input, output, completeSecrets(input.product.secrets, existing));
  const [first] = await differences(output.dir, files, unwanted(output, input));
  if (first !== undefined) return first;
  return (await foldersReady(input.dataDir, foldersOf(input))) ? undefined : join('..', '..');
}

function foldersOf({ product, idOffset }: RenderInput) {
  return onThisMachine(product.folders, idOffset);
}

/** A GPU overlay of an earlier run, when the GPU is gone. */
function unwanted(output: RenderOutput, { product }: RenderInput): string[] {
  const overlay = product.compose.gpuOverlay;
  return overlay === undefined || output.composeFiles.includes(overlay) ? [] : [overlay];
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
