import { expect, test } from 'vitest';
import type { MountFact } from '../../installer/contract/facts.ts';
import { diskBudget, diskMargin } from '../../installer/preflight/disk-budget.ts';

const mounts: Record<string, MountFact> = {
  root: { mountPoint: '/', fileSystem: 'ext4', device: '/dev/sda1', sizeBytes: 1000, availableBytes: 900 },
  data: { mountPoint: '/data', fileSystem: 'xfs', device: '/dev/sdb1', sizeBytes: 2000, availableBytes: 1900 },
  bind: {
    mountPoint: '/var/lib/docker',
    fileSystem: 'xfs',
    device: '/dev/sdb1',
    sizeBytes: 2000,
    availableBytes: 1900,
  },
  shm: { mountPoint: '/dev/shm', fileSystem: 'tmpfs', device: 'tmpfs', sizeBytes: 10, availableBytes: 10 },
  tmp: { mountPoint: '/tmp', fileSystem: 'tmpfs', device: 'tmpfs', sizeBytes: 10, availableBytes: 10 },
};

async function mountOf(path: string): Promise<MountFact> {
  const mount = mounts[path.split('/')[1] ?? ''];
  if (mount === undefined) throw new Error(path);
  return mount;
}

test('needs are summed per file system, the margin counts once', async () => {
  const budgets = await diskBudget({
    paths: [
      { purpose: 'registry', path: '/root/registry', bytes: 1000 },
      { purpose: 'model', path: '/data/models', bytes: 5005 },
      { purpose: 'release', path: '/root/releases', bytes: 7 },
    ],
    mountOf,
  });
  expect(budgets).toEqual([
    {
      mountPoint: '/',
      device: '/dev/sda1',
      sizeBytes: 1000,
      availableBytes: 900,
      contentBytes: 1007,
      neededBytes: 1007 + 101 + diskMargin.bytes,
      contents: [
        { purpose: 'registry', bytes: 1000 },
        { purpose: 'release', bytes: 7 },
      ],
    },
    expect.objectContaining({ mountPoint: '/data', contentBytes: 5005, neededBytes: 5005 + 501 + diskMargin.bytes }),
  ]);
});

test('two mounts of one device share its room', async () => {
  const budgets = await diskBudget({
    paths: [
      { purpose: 'model', path: '/data/m', bytes: 1 },
      { purpose: 'images', path: '/bind/i', bytes: 2 },
    ],
    mountOf,
  });
  expect(budgets.map(({ mountPoint, contentBytes }) => [mountPoint, contentBytes])).toEqual([['/data', 3]]);
});

test('two memory file systems share a name, not room', async () => {
  const budgets = await diskBudget({
    paths: [
      { purpose: 'a', path: '/shm/a', bytes: 1 },
      { purpose: 'b', path: '/tmp/b', bytes: 2 },
    ],
    mountOf,
  });
  expect(budgets.map(({ mountPoint }) => mountPoint)).toEqual(['/dev/shm', '/tmp']);
});

test.each([
  [false, 0, diskMargin.bytes],
  [true, 0, 0],
  [true, 10, 11 + diskMargin.bytes],
])('nothing new %s with %d bytes to write needs %d', async (nothingNew, bytes, neededBytes) => {
  const [budget] = await diskBudget({ paths: [{ purpose: 'x', path: '/root/x', bytes }], mountOf, nothingNew });
  expect(budget?.neededBytes).toBe(neededBytes);
});
