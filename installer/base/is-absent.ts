import { lstat } from 'node:fs/promises';
import { systemCode } from './errors.ts';

/** True when nothing of that name is there, not even a link. */
export async function isAbsent(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    throw error;
  }
}
