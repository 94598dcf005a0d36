import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { containerdRoot } from '../../../installer/adapters/docker/containerd-root.ts';
import { idOffset, usesContainerdStore } from '../../../installer/adapters/docker/engine-info.ts';
import { thrown } from '../../config/fixture.ts';

let dir: string;
let proc: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-containerd-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  proc = join(dir, 'proc');
  await mkdir(join(proc, 'net'), { recursive: true });
  await writeFile(
    join(proc, 'net/unix'),
    [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      '0000000000000000: 00000002 00000000 00010000 0001 01 31337 /run/containerd/containerd.sock',
      '0000000000000000: 00000002 00000000 00010000 0001 01 4242 /run/docker/containerd/containerd.sock',
      '0000000000000000: 00000003 00000000 00000000 0001 03 5555',
    ].join('\n'),
  );
});

/** A process that has these files open. */
async function runs(pid: number, ...files: string[]): Promise<void> {
  const fds = join(proc, String(pid), 'fd');
  await mkdir(fds, { recursive: true });
  for (const [number, file] of files.entries()) await symlink(file, join(fds, String(number)));
}

const database = (root: string) => `${root}/io.containerd.metadata.v1.bolt/meta.db`;

describe('the disk that containerd’s images land on', () => {
  test('is that of the process that listens on the engine’s containerd socket, not of another containerd', async () => {
    await runs(7, 'socket:[4242]', database('/var/lib/docker/containerd/daemon'));
    await runs(9, '/dev/null', 'socket:[31337]', database('/srv/images'));
    await runs(11, 'socket:[5555]', database('/elsewhere'));
    expect(await containerdRoot(undefined, '/var/lib/docker', proc)).toBe('/srv/images');
    expect(await containerdRoot('/run/docker/containerd/containerd.sock', '/var/lib/docker', proc)).toBe(
      '/var/lib/docker/containerd/daemon',
    );
  });

  test('positive control: a containerd that listens elsewhere is not taken for the engine’s', async () => {
    await runs(7, 'socket:[4242]', database('/srv/images'));
    expect(await containerdRoot(undefined, '/var/lib/docker', proc)).toBe('/var/lib/containerd');
  });

  test('is below the data root where dockerd has a containerd of its own and cannot be looked into', async () => {
    const own = join(dir, 'data/containerd/daemon');
    await mkdir(own, { recursive: true });
    expect(await containerdRoot('/absent.sock', join(dir, 'data'), proc)).toBe(own);
  });
});

describe('what /info says', () => {
  const info = { DockerRootDir: '/var/lib/docker' };

  test('of the image store', () => {
    const status = [['driver-type', 'io.containerd.snapshotter.v1']];
    expect(usesContainerdStore({ ...info, DriverStatus: status })).toBe(true);
    expect(usesContainerdStore({ ...info, DriverStatus: [['Backing Filesystem', 'extfs']] })).toBe(false);
    expect(usesContainerdStore({ ...info, DriverStatus: null })).toBe(false);
  });

  test('of the users of containers: shifted with userns-remap, as they are without', () => {
    const remapped = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=userns', 'name=cgroupns'] };
    expect(idOffset({ ...remapped, DockerRootDir: '/var/lib/docker/500000.600000' })).toEqual({
      uid: 500_000,
      gid: 600_000,
    });
    expect(
      idOffset({ DockerRootDir: '/srv/500000.600000', SecurityOptions: ['name=seccomp,profile=builtin'] }),
    ).toEqual({
      uid: 0,
      gid: 0,
    });
    expect(thrown(() => idOffset({ ...remapped, DockerRootDir: '/var/lib/docker' }))).toMatchObject({
      code: 'ENGINE_REFUSED',
    });
  });
});
