import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a build was made from and what it made: hex SHA-256 over names and contents. */
export interface BuildStamp {
  sources: string;
  output: string;
}

/**
 * All that the built pages depend on, as paths in the repository: the pages and their build, the contract (the import rule lets
 * the pages import nothing else of ours), and the record that npm keeps of the packages that are really installed.
 */
export const sourceFolders = ['renderer', 'installer/contract'] as const;
const sourceFiles = ['node_modules/.package-lock.json', 'package.json', 'tsconfig.json'];

/** Hash of everything that the build reads. */
export async function hashSources(repository: string): Promise<string> {
  const inFolders = await Promise.all(
    sourceFolders.map(async (folder) => (await filesBelow(join(repository, folder))).map((name) => join(folder, name))),
  );
  return hashFiles(repository, [...inFolders.flat(), ...sourceFiles]);
}

/** Hash of a built folder; undefined where there is none. */
export async function hashOutput(dir: string): Promise<string | undefined> {
  const names = await filesBelow(dir);
  return names.length === 0 ? undefined : hashFiles(dir, names);
}

/** The stamp beside a built folder; undefined where there is none, or it cannot be understood: then it is built anew. */
export async function readStamp(file: string): Promise<BuildStamp | undefined> {
  const text = await readFile(file, 'utf8').catch(missing);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as BuildStamp;
  } catch {
    return undefined;
  }
}

export async function writeStamp(file: string, stamp: BuildStamp): Promise<void> {
  await writeFile(file, `${JSON.stringify(stamp)}\n`);
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(missing);
  return (entries ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

async function hashFiles(base: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names.toSorted()) {
    const content = (await readFile(join(base, name)).catch(missing)) ?? Buffer.alloc(0);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
