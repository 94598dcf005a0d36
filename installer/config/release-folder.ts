import { chmod, lstat, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder, temporarySuffix, writeFileAtomically } from '../base/atomic-file.ts';
import { systemCode } from '../base/errors.ts';
import { removeTree } from '../base/own-tree.ts';
import type { ReleaseFile } from './release.ts';

/** Only root looks into a release: Docker Engine mounts single files and folders out of it, whatever is above them. */
const releaseMode = 0o700;
/** Mounted folders must be readable by the containers' users. */
const folderMode = 0o755;

/** Paths (relative) that are not as they should be: missing, other content or mode, or there without belonging there. */
export async function differences(
  dir: string,
  files: readonly ReleaseFile[],
  unwanted: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  if ((await modeOf(dir)) !== releaseMode) wrong.push('.');
  for (const file of files) if (!(await holds(dir, file))) wrong.push(file.path);
  return [...wrong, ...(await strays(dir, files, unwanted))];
}

/** Writes what differs, each file atomically with its mode, in the order given; removes what does not belong there. */
export async function writeRelease(
  dir: string,
  files: readonly ReleaseFile[],
  unwanted: readonly string[],
  onFile: (file: ReleaseFile) => void,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  await chmod(dir, releaseMode);
  await syncFolder(dirname(dir));
  for (const folder of foldersOf(files)) {
    await mkdir(join(dir, folder), { recursive: true });
    await chmod(join(dir, folder), folderMode);
  }
  for (const stray of await strays(dir, files, unwanted)) await removeTree(join(dir, stray));
  for (const file of files) {
    onFile(file);
    if (!(await holds(dir, file))) await writeFileAtomically(join(dir, file.path), file.mode, file.content);
  }
}

/**
 * Keeps a copy of the secrets that an earlier installation left for its databases, so that `restoreSecrets` can put exactly them
 * back: a run may add new ones to the file.
 */
export async function keepSecrets(dir: string, secretsFile: string): Promise<void> {
  const content = await readFile(join(dir, secretsFile));
  await writeFileAtomically(previousOf(dir), 0o600, content);
}

/** True when a release of an earlier installation has left its secrets there. */
export async function hasSecrets(dir: string, secretsFile: string): Promise<boolean> {
  return (await modeOf(join(dir, secretsFile))) !== undefined;
}

/**
 * Takes an install out of a release whose secrets were kept: all but these goes, and they are again as they were put aside. Without a
 * copy the install had not come to changing them.
 */
export async function restoreSecrets(dir: string, secretsFile: string): Promise<void> {
  const copy = previousOf(dir);
  if ((await modeOf(copy)) === undefined) return;
  for (const name of await readdir(dir)) if (name !== secretsFile) await removeTree(join(dir, name));
  await rename(copy, join(dir, secretsFile));
  await syncFolder(dir);
  await syncFolder(dirname(dir));
}

/** Removes the copies: what they were kept for has come to its end, and secrets lie in one place only. */
export async function forgetSecrets(releases: string): Promise<void> {
  const names = await readdir(releases).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) if (name.endsWith(previousSuffix)) await removeTree(join(releases, name));
}

const previousSuffix = '.env.previous';

function previousOf(dir: string): string {
  return join(dirname(dir), `.${basename(dir)}${previousSuffix}`);
}

async function holds(dir: string, { path, mode, content }: ReleaseFile): Promise<boolean> {
  const file = join(dir, path);
  if ((await modeOf(file)) !== mode) return false;
  const folder = dirname(path);
  if (folder !== '.' && (await modeOf(join(dir, folder))) !== folderMode) return false;
  return content.equals(await readFile(file));
}

/** Permission bits of a file or folder, undefined where there is neither (a link is neither). */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() || found.isDirectory() ? found.mode & 0o7777 : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Unfinished files, unwanted ones, and whatever else lies in the folders that are mounted (Prometheus would load it as a
 * rule). Other files at the top are not this folder's business.
 */
async function strays(dir: string, files: readonly ReleaseFile[], unwanted: readonly string[]): Promise<string[]> {
  const wanted = new Set([...files.map((file) => file.path), ...foldersOf(files)]);
  const found: string[] = [];
  for (const folder of ['', ...foldersOf(files)]) {
    const entries = await readdir(join(dir, folder)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    for (const name of entries) {
      const path = join(folder, name);
      const belongs = folder === '' ? !name.endsWith(temporarySuffix) && !unwanted.includes(path) : wanted.has(path);
      if (!belongs) found.push(path);
    }
  }
  return found.sort();
}

/** All folders of the files, parents first. */
function foldersOf(files: readonly ReleaseFile[]): string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}
