import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Site } from '../../site/site.ts';

const journalFiles = /^(journal\.db(-wal|-shm)?|lock\.db(-journal)?)$/;

/** Every entry below a directory but the journal: path → type, mode, owner, size, mtime, inode and sha256. */
export async function filesBelow(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path);
    if (journalFiles.test(name)) continue;
    const stat = await lstat(path, { bigint: true });
    const hash = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : '-';
    found[name] = [
      stat.mode.toString(8),
      stat.uid,
      stat.gid,
      entry.isFile() ? stat.size : '-',
      stat.mtimeNs,
      stat.ino,
      hash,
    ].join(' ');
  }
  return found;
}

/** Containers (with start time), images, volumes and networks of the site's engine, as the engine lists them. */
export async function engineState(site: Site): Promise<Record<string, string[]>> {
  const list = async (...argv: string[]) => {
    const { stdout } = await site.exec(['docker', ...argv]);
    return String(stdout).split('\n').filter(Boolean).sort();
  };
  const ids = await list('ps', '--all', '--quiet', '--no-trunc');
  return {
    containers:
      ids.length === 0 ? [] : await list('inspect', '--format', '{{.Name}} {{.Id}} {{.State.StartedAt}}', ...ids),
    images: await list(
      'images',
      '--all',
      '--no-trunc',
      '--digests',
      '--format',
      '{{.Repository}}:{{.Tag}}@{{.Digest}} {{.ID}}',
    ),
    volumes: await list('volume', 'ls', '--quiet'),
    networks: await list('network', 'ls', '--format', '{{.Name}} {{.Driver}}'),
  };
}
