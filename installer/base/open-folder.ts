import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InstallerError, systemCode } from './errors.ts';

/**
 * Node.js has no openat(2). On Linux `/proc/self/fd/N/NAME` is one: the kernel takes the descriptor N itself for the way, however
 * that folder is called or wherever it lies by now, and only NAME is looked up, in that folder. So a folder that somebody swaps for
 * a link after it was opened is not followed (proc(5); path_resolution(7), "magic links").
 */
export interface OpenFolder {
  /** As it was asked for: for messages only. */
  readonly path: string;
  /** The kernel's number of the mount that it lies on; also tells a bind mount of the same file system apart. */
  readonly mount: string;
  /** Owner, mode, device and inode when it was opened. */
  readonly stats: Stats;
  /** A path that always means this folder. */
  readonly self: string;
  /** A path that always means this folder's entry of that name; the entry itself may be a link. */
  at(name: string): string;
  close(): Promise<void>;
}

/** O_PATH of open(2), which Node.js has no name for: nothing of the file system is asked, so a hanging FUSE mount cannot hang us. */
const O_PATH = 0o10000000;
const folderFlags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** As many as the kernel follows (path_resolution(7)). */
const maxLinks = 40;

/** Called for each folder on the way, outermost first; whoever minds throws. */
export type OnFolder = (folder: OpenFolder) => void | Promise<void>;

function linkInTheWay(path: string): InstallerError {
  return new InstallerError('FOLDER_LINK', { params: { path } });
}

/**
 * Opens a folder one name at a time, each from the one before. A link is followed only where nobody but root (or who runs this)
 * can have put it: it and the folder that it lies in are theirs, and nobody else may write there.
 * @throws FOLDER_LINK at any other link; system errors as they come (ENOENT, ENOTDIR)
 */
export async function openFolder(path: string, onFolder?: OnFolder): Promise<OpenFolder> {
  let links = 0;
  let at = await openRoot();
  let names = namesOf(resolve(path));
  try {
    await onFolder?.(at);
    while (names.length > 0) {
      const [name = '', ...rest] = names;
      const target = await childOrTarget(at, name);
      let next: OpenFolder;
      if (typeof target === 'string') {
        links += 1;
        if (links > maxLinks) throw linkInTheWay(childPath(at.path, name));
        names = [...namesOf(resolve(at.path, target)), ...rest];
        next = await openRoot();
      } else {
        names = rest;
        next = target;
      }
      await at.close();
      at = next;
      await onFolder?.(at);
    }
    return at;
  } catch (error) {
    await at.close();
    throw error;
  }
}

/** The folder of that name, or where a link that may be followed leads. */
async function childOrTarget(folder: OpenFolder, name: string): Promise<OpenFolder | string> {
  try {
    return await openChild(folder, name);
  } catch (error) {
    if (systemCode(error) !== 'ENOTDIR' && systemCode(error) !== 'ELOOP') throw error;
    return ownLink(folder, name);
  }
}

/** The folder that holds `path`, and the last name. */
export async function openParent(path: string): Promise<{ parent: OpenFolder; name: string }> {
  const whole = resolve(path);
  const name = namesOf(whole).at(-1);
  if (name === undefined) throw new InstallerError('INTERNAL', { params: { what: 'the root folder has no parent' } });
  return { parent: await openFolder(dirname(whole)), name };
}

/** Opens a folder's folder; no link is followed. System errors as they come: ENOTDIR for a link or a file. */
export async function openChild(parent: OpenFolder, name: string): Promise<OpenFolder> {
  return opened(await open(parent.at(name), folderFlags), childPath(parent.path, name));
}

/** Makes a folder where there is none, and opens it. */
export async function makeChild(parent: OpenFolder, name: string, mode: number): Promise<OpenFolder> {
  await mkdir(parent.at(name), { mode }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  return openChild(parent, name);
}

export async function namesIn(folder: OpenFolder): Promise<string[]> {
  return readdir(folder.self);
}

/** Runs `work` on a folder that is closed afterwards, whatever happens. */
export async function using<T>(folder: OpenFolder, work: (folder: OpenFolder) => Promise<T>): Promise<T> {
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

/** Who may have put what is to be believed: root, or whoever runs this program. */
export function isOurs({ uid }: Pick<Stats, 'uid'>): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** The target of a link that only root or we can have made; FOLDER_LINK for others, ENOTDIR where there is no link at all. */
export async function ownLink(folder: OpenFolder, name: string): Promise<string> {
  const link = await lstat(folder.at(name));
  const path = childPath(folder.path, name);
  if (!link.isSymbolicLink()) {
    throw Object.assign(new Error(`ENOTDIR: not a directory, '${path}'`), { code: 'ENOTDIR', errno: -20, path });
  }
  if (!isOurs(link) || !isOurs(folder.stats) || (folder.stats.mode & 0o022) !== 0) throw linkInTheWay(path);
  return readlink(folder.at(name));
}

export function childPath(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

async function openRoot(): Promise<OpenFolder> {
  return opened(await open('/', folderFlags), '/');
}

async function opened(handle: FileHandle, path: string): Promise<OpenFolder> {
  const self = `/proc/self/fd/${handle.fd}`;
  try {
    const stats = await handle.stat();
    const mount = /^mnt_id:\s*(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${handle.fd}`, 'utf8'))?.[1] ?? '';
    return {
      path,
      mount,
      stats,
      self,
      at(name) {
        // only one entry of this folder, never a way
        if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
          throw new InstallerError('INTERNAL', { params: { what: 'a name with a way in it' } });
        }
        return `${self}/${name}`;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
