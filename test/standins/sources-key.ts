import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A key that changes with the name, mode and content of every file below `dirs`. 16 hexadecimal digits. */
export async function sourcesKey(dirs: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const dir of dirs) {
    const entries = await readdir(dir, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'));
    for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
      const executable = ((await stat(path)).mode & 0o100) !== 0;
      hash.update(`\0${relative(dir, path)}\0${executable}\0`).update(await readFile(path));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
