import { lstatSync, realpathSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';

/** Where Debian's root finds programs. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * PATH for programs that this process starts. As root only folders that nobody else can put a program into, by their real
 * names, and then the system's own: npm puts `node_modules/.bin` of every parent folder in front, whosever these are. For
 * others it stays as it is, since they can harm but themselves.
 */
export function trustedPath(path: string, uid = process.geteuid?.()): string {
  if (uid !== 0) return path;
  const own = path.split(delimiter).flatMap((folder) => trustedFolder(folder) ?? []);
  return [...new Set([...own, ...systemPath.split(delimiter)])].join(delimiter);
}

/**
 * The real name of a folder into which only root can put something, undefined for every other: it and all folders above belong
 * to root, and others cannot write to it nor exchange it. A sticky folder above (/tmp) is none where it could be exchanged.
 */
export function trustedFolder(folder: string): string | undefined {
  if (!folder.startsWith('/')) return undefined;
  try {
    const real = realpathSync(folder);
    for (let at = real; ; at = dirname(at)) {
      const { uid, gid, mode } = lstatSync(at);
      const othersWrite = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
      const sticky = at !== real && (mode & 0o1000) !== 0;
      if (uid !== 0 || (othersWrite && !sticky)) return undefined;
      if (at === '/') return real;
    }
  } catch {
    // not there, or not to be looked at: no place for a program
    return undefined;
  }
}
