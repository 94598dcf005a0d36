import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Everything below a folder but the given ones, as one line each: kind, mode, owner, size, times (ns) and content. Two snapshots are
 * the same only where nothing was written, made, removed or renamed in between.
 */
export async function snapshot(root: string, except: readonly string[] = []): Promise<string[]> {
  const lines: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    lines.push(await describe(root, folder));
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (except.includes(path)) continue;
      if (entry.isDirectory()) folders.push(path);
      else lines.push(await describe(root, path));
    }
  }
  return lines.sort();
}

async function describe(root: string, path: string): Promise<string> {
  const whole = join(root, path);
  const stats = await lstat(whole, { bigint: true });
  const content = stats.isFile()
    ? createHash('sha256')
        .update(await readFile(whole))
        .digest('hex')
    : stats.isSymbolicLink()
      ? await readlink(whole)
      : '-';
  return [path, stats.mode, stats.uid, stats.size, stats.ino, stats.mtimeNs, stats.ctimeNs, content].join(' ');
}
