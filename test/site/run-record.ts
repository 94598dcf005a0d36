import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runtimeRoot } from './paths.ts';
import { type ProcessRef, processRef } from './processes.ts';

/**
 * What one run has started or is about to start, written before it is started, so that whoever comes after a crash
 * can end and remove exactly that.
 */
export interface RunRecord {
  id: string;
  /** Sockets and this record; always `${runtimeRoot}/${id}`. */
  runtimeDir: string;
  /** The run is stale once this process has ended... */
  owner: ProcessRef;
  /** ...unless it is to stay: then only an explicit clean-up ends it. */
  keep: boolean;
  cgroups: string[];
  netns: string[];
  /** Directories to remove at the end. */
  dirs: string[];
}

/** Begins a run owned by this process. */
export async function openRun(): Promise<RunRecord> {
  const owner = processRef(process.pid);
  if (!owner) throw new Error('this process has no entry in /proc');
  const id = randomBytes(4).toString('hex');
  const record: RunRecord = {
    id,
    runtimeDir: join(runtimeRoot, id),
    owner,
    keep: false,
    cgroups: [],
    netns: [],
    dirs: [],
  };
  await mkdir(record.runtimeDir, { recursive: true, mode: 0o700 });
  await saveRun(record);
  return record;
}

/** Writes the record's present state, whole or not at all. */
export async function saveRun(record: RunRecord): Promise<void> {
  const path = join(record.runtimeDir, 'run.json');
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** All runs that have not been cleaned up, this process's own among them. */
export async function listRuns(): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for (const id of await readdir(runtimeRoot).catch(emptyIfMissing)) {
    const text = await readFile(join(runtimeRoot, id, 'run.json'), 'utf8').catch(emptyIfMissing);
    if (typeof text === 'string') runs.push(JSON.parse(text) as RunRecord);
  }
  return runs;
}

function emptyIfMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
