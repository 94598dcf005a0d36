import { mkdir, statfs, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findMountOf } from '../../../installer/adapters/hardware/mount-of.ts';
import { parseMountinfo } from '../../../installer/adapters/hardware/mountinfo.ts';
import { listMounts } from '../../../installer/adapters/hardware/mounts.ts';
import { folder } from './fake-programs.ts';

const limitMs = 30_000;

async function procWith(mountinfo: string): Promise<string> {
  const proc = await folder();
  await mkdir(join(proc, 'self'));
  await writeFile(join(proc, 'self/mountinfo'), `${mountinfo}\n`);
  return proc;
}

test('a line of mountinfo, with optional fields or without, and with escapes', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt/with\\040space rw,noatime master:1 shared:2 - ext3 /dev/ro\\134ot rw,errors=continue',
    '22 27 0:21 / /proc rw - proc proc rw',
    'garbage',
    '',
  ].join('\n');
  expect(parseMountinfo(text)).toEqual([
    {
      device: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt/with space',
      fileSystem: 'ext3',
      source: '/dev/ro\\ot',
      superOptions: ['rw', 'errors=continue'],
    },
    { device: '0:21', root: '/', mountPoint: '/proc', fileSystem: 'proc', source: 'proc', superOptions: ['rw'] },
  ]);
});

test('the engines’ overlays, memory and kernel file systems are left out, bind mounts counted once', async () => {
  const dir = await folder();
  for (const name of ['data', 'merged', 'bind-of-data', 'tmp']) await mkdir(join(dir, name));
  const notes: string[] = [];
  const proc = await procWith(
    [
      '27 1 254:0 / / rw - ext4 /dev/vda rw',
      `40 27 8:1 / ${dir}/bind-of-data rw - xfs /dev/sda1 rw`,
      `41 27 8:1 / ${dir}/data rw - xfs /dev/sda1 rw`,
      `42 27 0:50 / ${dir}/merged rw - overlay overlay rw,lowerdir=/l`,
      `43 27 0:51 / ${dir}/tmp rw - tmpfs tmpfs rw`,
      '44 27 0:21 / /proc rw - proc proc rw',
      `45 27 8:2 / ${dir}/gone rw - ext4 /dev/sda2 rw`,
    ].join('\n'),
  );
  const mounts = await listMounts(proc, limitMs, notes);
  expect(mounts.map(({ mountPoint, fileSystem, device }) => [mountPoint, fileSystem, device])).toEqual([
    ['/', 'ext4', '/dev/vda'],
    [`${dir}/data`, 'xfs', '/dev/sda1'],
  ]);
  expect(notes).toEqual([`mount ${dir}/gone: ENOENT`]);
});

test('a root that is an overlay itself is kept', async () => {
  const mounts = await listMounts(await procWith('27 1 0:30 / / rw - overlay overlay rw'), limitMs, []);
  expect(mounts).toHaveLength(1);
});

test('this machine: the mount of a path that does not exist yet is that of its nearest parent', async () => {
  const dir = await folder();
  const real = await statfs(dir);
  const mount = await findMountOf(join(dir, 'not/yet/there'), '/proc', limitMs);
  expect(mount.sizeBytes).toBe(real.blocks * real.bsize);
  expect(dir.startsWith(mount.mountPoint)).toBe(true);
  // what a user may use, without root's reserve
  expect(mount.availableBytes).toBeGreaterThan(0);
  expect(mount.availableBytes).toBeLessThanOrEqual(mount.sizeBytes);
});

test('this machine: a memory file system is told from the disk', async () => {
  const shm = await findMountOf('/dev/shm/airgap-nothing', '/proc', limitMs);
  expect(shm).toMatchObject({ mountPoint: '/dev/shm', fileSystem: 'tmpfs' });
  expect((await findMountOf('/', '/proc', limitMs)).mountPoint).toBe('/');
});

test('links are followed to where the bytes will lie', async () => {
  const dir = await folder();
  await symlink('/dev/shm', join(dir, 'link'));
  expect((await findMountOf(join(dir, 'link/model.gguf'), '/proc', limitMs)).mountPoint).toBe('/dev/shm');
});

test('a name that only begins like a mount point is not on it; the later of two mounts on a folder counts', async () => {
  const dir = await folder();
  await mkdir(join(dir, 'data'));
  await mkdir(join(dir, 'database'));
  const proc = await procWith(
    [
      '27 1 254:0 / / rw - ext4 /dev/vda rw',
      `41 27 8:1 / ${dir}/data rw - xfs /dev/sda1 rw`,
      `42 27 8:2 / ${dir}/data rw - xfs /dev/sdb1 rw`,
    ].join('\n'),
  );
  expect((await findMountOf(`${dir}/database/x`, proc, limitMs)).mountPoint).toBe('/');
  expect((await findMountOf(`${dir}/data/x`, proc, limitMs)).device).toBe('/dev/sdb1');
});

test('a file in the way: its folder tells', async () => {
  const dir = await folder();
  await writeFile(join(dir, 'file'), '');
  const below = await findMountOf(join(dir, 'file/below'), '/proc', limitMs);
  expect(below.mountPoint).toBe((await findMountOf(dirname(dir), '/proc', limitMs)).mountPoint);
});
