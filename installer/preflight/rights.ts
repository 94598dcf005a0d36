import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What this process may do on the machine. */
export interface Rights {
  uid: number;
  /** Paths (or their nearest existing parents) that it may not write to. */
  denied: string[];
  /** Paths on file systems that are mounted read-only: no rights help there. */
  readOnly: string[];
}

/** Looks whether each path could be written to by the process's real user; nothing is created. */
export async function readRights(paths: readonly string[]): Promise<Rights> {
  const rights: Rights = { uid: process.getuid?.() ?? -1, denied: [], readOnly: [] };
  for (const path of new Set(paths)) {
    const code = await writeObstacle(resolve(path));
    if (code === 'EROFS') rights.readOnly.push(path);
    else if (code !== undefined) rights.denied.push(path);
  }
  return rights;
}

/** The errno name that forbids writing, undefined when nothing does. */
async function writeObstacle(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' && path !== dirname(path)) return writeObstacle(dirname(path));
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return code;
    throw error;
  }
}
