// needs: root
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { snapshot } from './tree-snapshot.ts';

const workDir = workDirs();
const script = join(import.meta.dirname, 'media/verify-folder.ts');
/** A mount namespace of its own, in which the folder is mounted over itself, read-only (mount_namespaces(7)); needs root. */
const readOnly = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" "$3" "$1" "$4"';

it('a read-only medium is verified, every byte of it, and nothing is written to it', async () => {
  const bundle = await makeTinyBundle(await workDir(), { partSize: 300_000 });
  const before = await snapshot(bundle.dir);
  const { stdout } = await execa('unshare', [
    '--mount',
    'sh',
    '-c',
    readOnly,
    'sh',
    bundle.dir,
    process.execPath,
    script,
    bundle.rootFile,
  ]);
  expect(JSON.parse(stdout)).toEqual({ bytes: bundle.result.bytes, write: 'EROFS' });
  expect(await snapshot(bundle.dir)).toEqual(before);
});

it('positive control: without the read-only mount the same probe writes', async () => {
  const bundle = await makeTinyBundle(await workDir());
  const { stdout } = await execa(process.execPath, [script, bundle.dir, bundle.rootFile]);
  expect(JSON.parse(stdout)).toEqual({ bytes: bundle.result.bytes, write: 'written' });
});
