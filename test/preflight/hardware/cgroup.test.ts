import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cgroupCpuQuota, cgroupMemoryLimit } from '../../../installer/adapters/hardware/cgroup-limits.ts';
import { readMemory } from '../../../installer/adapters/hardware/memory.ts';
import { folder } from './fake-programs.ts';

/** A folder that looks like /proc and the cgroup mounts: `files` relative to it, `%` in them stands for the folder. */
async function host(files: Record<string, string>): Promise<string> {
  const dir = await folder();
  const all = { 'proc/self/cgroup': '', 'proc/self/mountinfo': '', ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), `${text.replaceAll('%', dir)}\n`);
  }
  return join(dir, 'proc');
}

const v2Mount = '31 23 0:27 / %/cg rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const v1Mounts = [
  '35 31 0:32 / %/cg/memory rw shared:9 - cgroup cgroup rw,memory',
  '32 31 0:29 / %/cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
].join('\n');
const unlimitedV1 = '9223372036854771712';

test('version 2: the smallest limit on the way up counts', async () => {
  const proc = await host({
    'proc/self/cgroup': '0::/site.slice/airgap.service',
    'proc/self/mountinfo': v2Mount,
    'cg/site.slice/memory.max': '1000000000',
    'cg/site.slice/cpu.max': '150000 100000',
    'cg/site.slice/airgap.service/memory.max': '2000000000',
    'cg/site.slice/airgap.service/cpu.max': 'max 100000',
    'cg/other.slice/memory.max': '1',
    'cg/other.slice/cpu.max': '1000 100000',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(1_000_000_000);
  expect(await cgroupCpuQuota(proc)).toBe(1.5);
});

test('version 2: its own limit counts where it is the smaller', async () => {
  const proc = await host({
    'proc/self/cgroup': '0::/a/b',
    'proc/self/mountinfo': v2Mount,
    'cg/a/memory.max': '900',
    'cg/a/b/memory.max': '800',
    'cg/a/b/cpu.max': '400000 100000',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(800);
  expect(await cgroupCpuQuota(proc)).toBe(4);
});

test('version 2: no limits, and a root group without files', async () => {
  const proc = await host({
    'proc/self/cgroup': '0::/a',
    'proc/self/mountinfo': v2Mount,
    'cg/a/memory.max': 'max',
    'cg/a/cpu.max': 'max 100000',
  });
  expect(await cgroupMemoryLimit(proc)).toBeNull();
  expect(await cgroupCpuQuota(proc)).toBeNull();
});

test('version 1: controllers in hierarchies of their own', async () => {
  const proc = await host({
    'proc/self/cgroup': '9:memory:/box/inner\n4:cpu,cpuacct:/box\n1:name=systemd:/box',
    'proc/self/mountinfo': v1Mounts,
    'cg/memory/memory.limit_in_bytes': unlimitedV1,
    'cg/memory/box/memory.limit_in_bytes': '4294967296',
    'cg/memory/box/inner/memory.limit_in_bytes': unlimitedV1,
    'cg/cpu,cpuacct/cpu.cfs_quota_us': '-1',
    'cg/cpu,cpuacct/cpu.cfs_period_us': '100000',
    'cg/cpu,cpuacct/box/cpu.cfs_quota_us': '50000',
    'cg/cpu,cpuacct/box/cpu.cfs_period_us': '100000',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(4_294_967_296);
  expect(await cgroupCpuQuota(proc)).toBe(0.5);
});

test('version 1: its word for "unlimited" is no limit', async () => {
  const proc = await host({
    'proc/self/cgroup': '9:memory:/',
    'proc/self/mountinfo': v1Mounts,
    'cg/memory/memory.limit_in_bytes': unlimitedV1,
  });
  expect(await cgroupMemoryLimit(proc)).toBeNull();
});

test('both versions side by side: limits of either count', async () => {
  const proc = await host({
    'proc/self/cgroup': '4:memory:/box\n0::/unit',
    'proc/self/mountinfo': `${v1Mounts}\n${v2Mount}`,
    'cg/memory/box/memory.limit_in_bytes': '700',
    'cg/unit/memory.max': '600',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(600);
});

test('a container without a cgroup namespace: the mount begins at its own group', async () => {
  const proc = await host({
    'proc/self/cgroup': '9:memory:/docker/abc/inner',
    'proc/self/mountinfo': '35 31 0:32 /docker/abc %/cg/memory ro - cgroup cgroup rw,memory',
    'cg/memory/memory.limit_in_bytes': '300',
    'cg/memory/inner/memory.limit_in_bytes': '200',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(200);
});

test.each([
  ['/', '/../elsewhere'],
  ['/abc', '/elsewhere'],
])('mounted %s, own group %s, outside of it: the mount’s own limit', async (root, group) => {
  const proc = await host({
    'proc/self/cgroup': `0::${group}`,
    'proc/self/mountinfo': v2Mount.replace(' / ', ` ${root} `),
    'cg/memory.max': '500',
    // a namesake inside, and what `..` would lead to
    'cg/elsewhere/memory.max': '400',
    'elsewhere/memory.max': '300',
    'cg/abc/memory.max': '200',
  });
  expect(await cgroupMemoryLimit(proc)).toBe(500);
});

test('no control groups at all', async () => {
  const proc = await host({});
  expect(await cgroupMemoryLimit(proc)).toBeNull();
  expect(await cgroupCpuQuota(proc)).toBeNull();
});

const meminfo = 'MemTotal:       8000 kB\nMemFree:   1 kB\nMemAvailable:    5000 kB\nSwapTotal:    16 kB';

test('memory: KiB as the kernel’s kB, with the cgroup limit beside', async () => {
  const proc = await host({
    'proc/meminfo': meminfo,
    'proc/self/cgroup': '0::/',
    'proc/self/mountinfo': v2Mount,
    'cg/memory.max': '4096',
  });
  expect(await readMemory(proc)).toEqual({
    totalBytes: 8000 * 1024,
    availableBytes: 5000 * 1024,
    swapBytes: 16 * 1024,
    cgroupLimitBytes: 4096,
  });
});

test('a meminfo without a total is an error, not zero', async () => {
  const proc = await host({ 'proc/meminfo': meminfo.replace('MemTotal', 'Mem') });
  await expect(readMemory(proc)).rejects.toMatchObject({ code: 'IO', expected: 'MemTotal' });
});
