import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { asInstallerError, InstallerError, isNoRoom, systemCode } from '../base/errors.ts';
import { isOurs, type OpenFolder, openFolder, using } from '../base/open-folder.ts';

/**
 * Opens the folder that something is to be saved into and runs `work` on it. What is written to `folder.at(NAME)` lands in exactly this folder,
 * whatever becomes of the names that lead to it. Saving is refused
 * - where there is no such folder: it is never made, because a mount point with a typing mistake in it would take the evidence onto
 *   the machine's own disk;
 * - through links that others can have put (base/open-folder.ts);
 * - in or below a folder of another user, who could swap what was saved. Shared folders with the sticky bit (/tmp) protect each
 *   user's files and may be used. Folders on a medium belong to whoever has the stick: its numbers of users are those of another machine,
 *   FAT and exFAT have none at all, so they are not looked at (`isMedium`);
 * - into a bundle, at any depth: a file that its signed list does not name makes it unusable.
 * @throws PATH_MISSING, NOT_A_FOLDER, FOLDER_LINK, FOLDER_FOREIGN, FOLDER_IS_BUNDLE, FOLDER_UNWRITABLE, DISK_FULL
 */
export async function intoFolder<T>(dir: string, work: (folder: OpenFolder) => Promise<T>): Promise<T> {
  const target = resolve(dir);
  const mounts = await mountsByNumber();
  const callers = await callingUsers();
  const look = async (folder: OpenFolder) => {
    if (await isFile(folder.at('bundle.json'))) {
      throw new InstallerError('FOLDER_IS_BUNDLE', { params: { dir: target, bundle: folder.path } });
    }
    const mount = mounts.get(folder.mount);
    if (mount === undefined || !isMedium(mount)) requireOwnFolder(folder, callers);
  };
  const folder = await openFolder(target, look).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT') throw new InstallerError('PATH_MISSING', { params: { path: target }, cause: error });
    if (code === 'ENOTDIR') throw new InstallerError('NOT_A_FOLDER', { params: { path: target }, cause: error });
    throw asInstallerError(error);
  });
  try {
    return await using(folder, work);
  } catch (cause) {
    // About the folder, not about a file in it that the person has not named; ENOENT is what /proc answers to whoever makes a file there.
    const errno = systemCode(cause);
    if (errno === undefined) throw cause;
    const params = { dir: target, errno };
    throw isNoRoom(errno)
      ? new InstallerError('DISK_FULL', { params: { path: target }, cause })
      : new InstallerError('FOLDER_UNWRITABLE', { params, cause });
  }
}

/** Saves one file to a path that a person gave, in place of a former one of that name. */
export async function saveFile(file: string, mode: number, content: string): Promise<void> {
  const path = resolve(file);
  await intoFolder(dirname(path), (folder) => writeFileAtomically(folder.at(basename(path)), mode, content));
}

function requireOwnFolder({ path, stats }: OpenFolder, callers: ReadonlySet<number>): void {
  const sticky = (stats.mode & 0o1000) !== 0;
  const open = (stats.mode & 0o002) !== 0;
  if ((isOurs(stats) || callers.has(stats.uid)) && (!open || sticky)) return;
  throw new InstallerError('FOLDER_FOREIGN', {
    params: { path, uid: stats.uid },
    expected: 'root, 0755',
    found: `uid ${stats.uid}, ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}`,
  });
}

/**
 * The person for whom root works: as the kernel has it since the login (pam_loginuid(8)), and as sudo(8) and pkexec(1) say. Only root itself
 * could say something else here.
 */
async function callingUsers(): Promise<ReadonlySet<number>> {
  const login = await readFile('/proc/self/loginuid', 'utf8').catch((error: unknown) => {
    // a kernel without auditing has none
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const { SUDO_UID = '', PKEXEC_UID = '' } = process.env;
  const unset = 0xffff_ffff;
  const uids = [login.trim(), SUDO_UID, PKEXEC_UID].filter((text) => /^\d+$/.test(text)).map(Number);
  return new Set(uids.filter((uid) => uid !== unset));
}

interface Mount {
  point: string;
  fileSystem: string;
}

/** File systems of sticks, discs and cards that keep no owners, and cannot hold a link that was made elsewhere. */
const withoutOwners: ReadonlySet<string> = new Set([
  'vfat',
  'msdos',
  'exfat',
  'ntfs',
  'ntfs3',
  'fuseblk',
  'iso9660',
  'udf',
]);

/** A medium, as opposed to this machine's own disks: what is mounted where media are (FHS 3.0: /media, /mnt), or keeps no owners. */
function isMedium({ point, fileSystem }: Mount): boolean {
  return withoutOwners.has(fileSystem) || /^\/(media|mnt|run\/media)(\/|$)/.test(point);
}

/** /proc/self/mountinfo: number of the mount → where it is and of which kind (proc(5)). */
async function mountsByNumber(): Promise<ReadonlyMap<string, Mount>> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [number = '', , , , point = ''] = line.split(' ');
      const fileSystem = line.split(' - ')[1]?.split(' ')[0] ?? '';
      return [number, { point, fileSystem }];
    }),
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    // not to be looked into by this user: writing there will say so
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
