import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMediaScan } from '../../../installer/adapters/media-scan/create-media-scan.ts';
import { findBundles } from '../../../installer/adapters/media-scan/find-bundles.ts';
import { isMedium, parseMountinfo } from '../../../installer/adapters/media-scan/mountinfo.ts';
import { workDirs } from '../../fixtures/work-dir.ts';

const workDir = workDirs();

async function bundleAt(...parts: string[]): Promise<string> {
  const dir = join(...parts);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'bundle.json'), '{}');
  return dir;
}

describe('mountinfo', () => {
  test('gives mount point, file system and rights, with optional fields and escapes', () => {
    const text = [
      '36 35 98:0 /mnt1 /media/anna/MY\\040STICK rw,noatime shared:1 master:2 - vfat /dev/sdb1 rw,errors=continue',
      '37 35 98:1 / /run/media/anna/iso ro,relatime - iso9660 /dev/sr0 ro',
      '38 35 98:2 / /srv rw - ext4 /dev/sda1 ro',
      'not a line',
      '',
    ].join('\n');
    expect(parseMountinfo(text)).toEqual([
      { mountPoint: '/media/anna/MY STICK', fileSystem: 'vfat', device: '/dev/sdb1', readOnly: false },
      { mountPoint: '/run/media/anna/iso', fileSystem: 'iso9660', device: '/dev/sr0', readOnly: true },
      { mountPoint: '/srv', fileSystem: 'ext4', device: '/dev/sda1', readOnly: true },
    ]);
  });

  test.each([
    ['/media/anna/STICK', true],
    ['/run/media/anna/STICK', true],
    ['/mnt', true],
    ['/mnt/usb', true],
    ['/mntx', false],
    ['/media-server', false],
    ['/', false],
    ['/srv/media/x', false],
  ])('%s is a medium: %s', (mountPoint, expected) => {
    expect(isMedium({ mountPoint, fileSystem: 'vfat', device: '-', readOnly: false })).toBe(expected);
  });
});

describe('looking for bundles', () => {
  test('finds them at the root and up to two folders below, and none within one', async () => {
    const root = await workDir();
    const first = await bundleAt(root, 'a');
    const second = await bundleAt(root, 'b', 'c');
    await bundleAt(root, 'a', 'inner');
    await bundleAt(root, 'd', 'e', 'f');
    await bundleAt(root, '.hidden');
    expect(await findBundles(root)).toEqual([first, second]);
    await bundleAt(root);
    expect(await findBundles(root)).toEqual([root]);
  });

  test('follows no links and takes no folder for a manifest', async () => {
    const root = await workDir();
    const elsewhere = await workDir();
    await bundleAt(elsewhere);
    await symlink(elsewhere, join(root, 'link'));
    await mkdir(join(root, 'x', 'bundle.json'), { recursive: true });
    await mkdir(join(root, 'y'));
    await symlink(join(elsewhere, 'bundle.json'), join(root, 'y', 'bundle.json'));
    expect(await findBundles(root)).toEqual([]);
  });

  test('ends on a medium with very many folders', async () => {
    const root = await workDir();
    for (let index = 0; index < 600; index++)
      await mkdir(join(root, `f${String(index).padStart(3, '0')}`, 'x'), { recursive: true });
    await bundleAt(root, 'f599', 'x');
    expect(await findBundles(root)).toEqual([]);
  });
});

describe('the scan', () => {
  test('takes named folders as well, each bundle once, and leaves out what is not there', async () => {
    const root = await workDir();
    const dir = await bundleAt(root, 'copy');
    const mountinfoFile = join(root, 'mountinfo');
    await writeFile(mountinfoFile, '1 0 0:1 / / rw - overlay overlay rw\n');
    const scan = createMediaScan({ extraDirs: [root, dir, '/nonexistent'], mountinfoFile });
    const found = await scan.find();
    expect(found.map((place) => place.dir)).toEqual([dir]);
    expect(found[0]?.medium).toMatchObject({ mountPoint: '/', fileSystem: 'overlay', readOnly: false });
    expect(found[0]?.medium.sizeBytes).toBeGreaterThan(0);
  });

  test('reads this machine’s own mounts without complaint', async () => {
    expect(Array.isArray(await createMediaScan().find())).toBe(true);
  });
});
