import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { syncFolder, temporarySuffix } from '../base/atomic-file.ts';
import { asInstallerError, InstallerError, systemCode } from '../base/errors.ts';
import { hashFile } from '../base/hash.ts';
import { isAbsent } from '../base/is-absent.ts';
import type { BundleManifest } from '../contract/manifest.ts';
import type { Step, StepContext } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { copyFile } from './copy-file.ts';

export interface PlaceFilesInput {
  bundle: VerifiedBundle;
  /** Folder of this release's files. */
  filesDir: string;
}

export interface FilesPlaced {
  files: number;
  bytes: number;
}

type CarriedFile = Pick<BundleManifest['files'][number], 'path' | 'size' | 'digest'>;

/** What a bundle carries beside images and models: Python packages, tools, SBOMs. */
export function carriedFiles({ files, assumed = [] }: BundleManifest): CarriedFile[] {
  return [...files, ...assumed].filter(({ path }) => /^(packages|tools|sbom)\//.test(path));
}

/** Puts them where an administrator finds them, under their own names. Nothing in them is run. */
export const placeFiles: Step<PlaceFilesInput, FilesPlaced> = {
  id: 'placeFiles',
  weight: 2,
  unit: 'bytes',
  reversible: true,
  async check(input, { signal }) {
    const carried = carriedFiles(input.bundle.manifest);
    for (const file of carried) {
      signal.throwIfAborted();
      if (!(await isPlaced(join(input.filesDir, file.path), file))) return undefined;
    }
    return summary(carried);
  },
  async run(input, context) {
    const carried = carriedFiles(input.bundle.manifest);
    const { bytes: total } = summary(carried);
    for (const name of [dirname(input.filesDir), input.filesDir]) {
      if (await isAbsent(name)) context.making({ kind: 'folder', name });
    }
    let done = 0;
    try {
      for (const file of carried) {
        await place(input, file, context, (count) => {
          done += count;
          context.progress(done, total, file.path);
        });
      }
    } catch (error) {
      if (context.signal.aborted) throw new InstallerError('CANCELLED', { cause: error });
      throw asInstallerError(error);
    }
    return summary(carried);
  },
  async verify(output, input, context) {
    if ((await placeFiles.check(input, context))?.files === output.files) return;
    throw new InstallerError('IO', { params: { errno: 'EIO', path: input.filesDir } });
  },
};

function summary(carried: readonly CarriedFile[]): FilesPlaced {
  return { files: carried.length, bytes: carried.reduce((sum, { size }) => sum + size, 0) };
}

async function isPlaced(path: string, { size, digest }: CarriedFile): Promise<boolean> {
  try {
    const found = await hashFile(path);
    return found.size === size && found.digest === digest;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return false;
    throw asInstallerError(error);
  }
}

async function place(
  { bundle, filesDir }: PlaceFilesInput,
  file: CarriedFile,
  { signal }: StepContext,
  onBytes: (count: number) => void,
): Promise<void> {
  const path = join(filesDir, file.path);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await removeStale(folder);
  await copyFile(addAbortSignal(signal, bundle.open(file.path)), path, {
    mayRun: file.path.startsWith('tools/'),
    onBytes,
  });
  await syncFolder(dirname(folder));
}

/** What a run that was killed has left half-written. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(temporarySuffix)) await rm(join(folder, name), { force: true });
  }
}
