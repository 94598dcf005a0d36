import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, open, rename, rmdir, unlink } from 'node:fs/promises';
import { asInstallerError, InstallerError, systemCode } from './errors.ts';
import {
  childPath,
  makeChild,
  namesIn,
  type OpenFolder,
  openChild,
  openFolder,
  openParent,
  ownLink,
  using,
} from './open-folder.ts';

/*
 * What root does to whole trees that other users own: containers write below the data directory as users that a person of this
 * machine may have too, and such a person can swap a folder for a link in the middle of the work (CVE-2022-21658's kind; Node's own
 * `rm`, `cp` and `chown` go by path). Here every step is taken from a descriptor. coreutils' `rm -rf --one-file-system` would
 * do for removing, but knows file systems only by device, so it walks into a bind mount of the same one (the way in which a site puts its
 * projects onto another folder); and `chown`, measuring and writing need the descriptors anyway.
 */

/** How often a folder that refuses to become empty is looked through again. */
const maxRounds = 1000;

/**
 * Removes a file, a link (never what it leads to) or a folder with all that is in it. What is not there is no error.
 * @throws TREE_MOUNTED when another file system is mounted in it: nothing on that one is touched
 */
export async function removeTree(path: string): Promise<void> {
  try {
    const { parent, name } = await openParent(path);
    await using(parent, () => removeEntry(parent, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw asInstallerError(error);
  }
}

async function removeEntry(parent: OpenFolder, name: string): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    if (await unlinked(parent, name)) return;
    const folder = await openOwn(parent, name);
    if (folder === undefined) continue;
    await using(folder, () => emptyFolder(folder));
    if (await removedFolder(parent, name)) return;
  }
  throw notEmpty(childPath(parent.path, name));
}

/**
 * A folder in it gives all its files up and then its own folders to `top`, so that however deep somebody has nested them, three descriptors
 * are enough and no path grows.
 */
async function emptyFolder(top: OpenFolder): Promise<void> {
  await takeOver(top);
  let stuck = 0;
  for (let names = await namesIn(top); names.length > 0; names = await namesIn(top)) {
    for (const name of names) {
      if (await unlinked(top, name)) continue;
      const folder = await openOwn(top, name);
      if (folder === undefined) continue;
      await using(folder, () => giveUp(folder, top));
      if (!(await removedFolder(top, name))) stuck += 1;
    }
    if (stuck > maxRounds) throw notEmpty(top.path);
  }
}

async function giveUp(folder: OpenFolder, top: OpenFolder): Promise<void> {
  await takeOver(folder);
  for (const name of await namesIn(folder)) {
    if (await unlinked(folder, name)) continue;
    if (await removedFolder(folder, name)) continue;
    const aside = `.airgap-removing-${randomBytes(8).toString('hex')}`;
    await rename(folder.at(name), top.at(aside)).catch((error: unknown) => {
      if (isMountError(error)) throw mounted(childPath(folder.path, name));
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }
}

/** From here on nobody else can put anything into it or move what is in it, not even who has it open. */
async function takeOver(folder: OpenFolder): Promise<void> {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0 && folder.stats.uid !== 0) await chown(folder.self, 0, 0).catch(ignoring('EPERM', 'ENOTSUP', 'EROFS'));
  await chmod(folder.self, 0o700).catch(ignoring('EPERM', 'ENOTSUP', 'EROFS'));
}

/** True when nothing of that name is there (any more); false: it is a folder. */
async function unlinked(parent: OpenFolder, name: string): Promise<boolean> {
  try {
    await unlink(parent.at(name));
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return true;
    // POSIX says EPERM, Linux EISDIR
    if (code === 'EISDIR') return false;
    if (code === 'EPERM' && (await isFolder(parent, name))) return false;
    if (code === 'EBUSY') throw mounted(childPath(parent.path, name));
    throw error;
  }
}

async function removedFolder(parent: OpenFolder, name: string): Promise<boolean> {
  try {
    await rmdir(parent.at(name));
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false;
    if (code === 'EBUSY') throw mounted(childPath(parent.path, name));
    throw error;
  }
}

/** The folder, if it is still one and lies on the same mount as its parent; undefined: something else is there by now. */
async function openOwn(parent: OpenFolder, name: string): Promise<OpenFolder | undefined> {
  let folder: OpenFolder;
  try {
    folder = await openChild(parent, name);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
  if (folder.mount === parent.mount && folder.stats.dev === parent.stats.dev) return folder;
  await folder.close();
  throw mounted(childPath(parent.path, name));
}

async function isFolder(parent: OpenFolder, name: string): Promise<boolean> {
  try {
    return (await lstat(parent.at(name))).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isMountError(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EBUSY' || code === 'EXDEV';
}

function mounted(path: string): InstallerError {
  return new InstallerError('TREE_MOUNTED', { params: { path } });
}

function notEmpty(path: string): InstallerError {
  return new InstallerError('IO', { params: { errno: 'ENOTEMPTY', path } });
}

function ignoring(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(systemCode(error) ?? '')) throw error;
  };
}

/** Owner and permission bits of a folder. */
export interface FolderOwner {
  uid: number;
  gid: number;
  mode: number;
}

/**
 * Makes a folder below `base` and gives it to its user; what lies in it stays as it is. Folders on the way are made with 0755 and
 * belong to whoever runs this. A link is followed only where no one else can have put it (a site may keep its projects on another disk).
 * @throws NOT_ROOT when the owner cannot be set, DATA_DIR_UNUSABLE when something else than a folder stands there, FOLDER_LINK
 */
export async function giveFolder(base: string, path: string, owner: FolderOwner): Promise<void> {
  const names = path.split('/');
  let at = await openFolder(base);
  try {
    for (const name of names) {
      const next = await makeChild(at, name, 0o755).catch(async (error: unknown) => {
        if (systemCode(error) !== 'ENOTDIR' && systemCode(error) !== 'ELOOP') throw error;
        return throughOwnLink(at, name);
      });
      // the new entry is durable before anything is put into it
      await syncOpen(at);
      await at.close();
      at = next;
    }
    // the owner first: changing it may take bits of the mode away
    if (at.stats.uid !== owner.uid || at.stats.gid !== owner.gid) await setOwner(at, owner);
    await chmod(at.self, owner.mode);
  } finally {
    await at.close();
  }
}

async function throughOwnLink(folder: OpenFolder, name: string): Promise<OpenFolder> {
  const path = childPath(folder.path, name);
  try {
    await ownLink(folder, name);
    return await openFolder(path);
  } catch (cause) {
    const code = systemCode(cause);
    if (code !== 'ENOTDIR' && code !== 'ENOENT') throw cause;
    throw new InstallerError('DATA_DIR_UNUSABLE', { params: { path }, expected: 'a folder', cause });
  }
}

async function setOwner(folder: OpenFolder, { uid, gid }: FolderOwner): Promise<void> {
  await chown(folder.self, uid, gid).catch((error: unknown) => {
    const params = { path: folder.path };
    throw systemCode(error) === 'EPERM' ? new InstallerError('NOT_ROOT', { params, cause: error }) : error;
  });
}

/** Makes new entries of an open folder durable. */
async function syncOpen(folder: OpenFolder): Promise<void> {
  const handle = await open(folder.self, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** More entries, or folders within folders, than a person would wait for. */
const limits = { entries: 2_000_000, depth: 200 };

/**
 * Bytes of all files in a tree, as far as it lies on one mount; `null` when there is nothing, when it can't be read, or when it is
 * more than can be counted in reasonable time. Links count nothing and are not followed.
 */
export async function measureTree(path: string): Promise<number | null> {
  try {
    const { parent, name } = await openParent(path);
    return await using(parent, async () => {
      await lstat(parent.at(name));
      return measure(parent, name, { seen: 0 }, 0);
    });
  } catch (error) {
    // a size is a help for the person: what can't be read is shown without one
    if (error instanceof InstallerError || systemCode(error) !== undefined) return null;
    throw error;
  }
}

async function measure(parent: OpenFolder, name: string, count: { seen: number }, depth: number): Promise<number> {
  count.seen += 1;
  if (count.seen > limits.entries || depth > limits.depth) {
    throw new InstallerError('INTERNAL', { params: { what: 'too many files to count' } });
  }
  const found = await lstat(parent.at(name)).catch(ignoring('ENOENT', 'EACCES'));
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  const folder = await openOwn(parent, name).catch((error: unknown) => {
    if (error instanceof InstallerError && error.code === 'TREE_MOUNTED') return undefined;
    throw error;
  });
  if (folder === undefined) return 0;
  return using(folder, async () => {
    let sum = 0;
    for (const entry of await namesIn(folder)) sum += await measure(folder, entry, count, depth + 1);
    return sum;
  });
}
