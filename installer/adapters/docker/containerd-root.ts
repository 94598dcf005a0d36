import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../base/errors.ts';

/** Where distributions put it, and where dockerd looks first. */
const usualSocket = '/run/containerd/containerd.sock';
const usualRoot = '/var/lib/containerd';
/** containerd keeps this open below its root as long as it runs (containerd's metadata plugin). */
const openDatabase = '/io.containerd.metadata.v1.bolt/meta.db';
/** A containerd that dockerd starts for itself has its root here, below the data root. */
const ownRoot = 'containerd/daemon';

/**
 * The root folder of the containerd that an engine works with. No API tells it: it is read from the process that listens on
 * containerd's socket, so it is true whatever flags and configuration files say. Without the right to look into that process,
 * or when it is not to be found, the usual places.
 *
 * @param address containerd's socket as `/info` names it (API 1.46), or undefined
 */
export async function containerdRoot(
  address: string | undefined,
  dataRoot: string,
  procDir = '/proc',
): Promise<string> {
  const found = await rootOfListener(address ?? usualSocket, procDir);
  if (found !== undefined) return found;
  const own = join(dataRoot, ownRoot);
  return (await exists(own)) ? own : usualRoot;
}

async function rootOfListener(socket: string, procDir: string): Promise<string | undefined> {
  const sockets = await listening(socket, procDir);
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir(procDir)) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await openFiles(join(procDir, pid, 'fd'));
    if (!files.some((file) => sockets.has(file))) continue;
    const database = files.find((file) => file.endsWith(openDatabase));
    if (database !== undefined) return dirname(dirname(database));
  }
  return undefined;
}

/** What /proc/PID/fd shows for sockets bound to that path: `socket:[INODE]`. proc_net(5). */
async function listening(path: string, procDir: string): Promise<Set<string>> {
  const table = await readFile(join(procDir, 'net/unix'), 'utf8');
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return new Set(rows.filter((row) => row[7] === path).map((row) => `socket:[${row[6]}]`));
}

/** Empty for a process that has ended meanwhile, or that is none of our business. */
async function openFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(noneIfClosed);
  const links = await Promise.all(names.map((name) => readlink(join(dir, name)).catch(noneIfClosed)));
  return links.flat();
}

function noneIfClosed(error: unknown): string[] {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return [];
  throw error;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
