// needs: root
import { chmod, constants, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRights } from '../../installer/preflight/rights.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-rights-'));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true }));

test('what does not exist is judged by its nearest parent, and nothing is created', async () => {
  expect(await readRights([join(dir, 'a/b/c')])).toEqual({ uid: process.getuid?.(), denied: [], readOnly: [] });
  expect(await readdir(dir)).toEqual([]);
});

const rights = new URL('../../installer/preflight/rights.ts', import.meta.url);

function script(module: string, paths: string[]): string[] {
  const source = `import { readRights } from ${JSON.stringify(module)};
    console.log(JSON.stringify(await readRights(${JSON.stringify(paths)})));`;
  return ['--input-type=module', '-e', source];
}

test('a file system that is mounted read-only is no matter of rights', async () => {
  const mounted = join(dir, 'readonly');
  await mkdir(mounted);
  // in a mount namespace of its own, so that nothing stays mounted
  const mountAndRun = 'mount -t tmpfs -o ro,size=64k tmpfs "$1" && shift && exec "$@"';
  const node = [process.execPath, ...script(fileURLToPath(rights), [join(mounted, 'x')])];
  const { stdout } = await execa('unshare', ['--mount', 'sh', '-c', mountAndRun, 'sh', mounted, ...node]);
  expect(JSON.parse(stdout)).toEqual({ uid: 0, denied: [], readOnly: [join(mounted, 'x')] });
  await rm(mounted, { recursive: true });
});

/** A user without rights needs a Node that this user may reach: the repository may lie in a folder of root's. */
test('another user is denied what belongs to root', async () => {
  const node = join(dir, 'node');
  await copyFile(process.execPath, node, constants.COPYFILE_FICLONE);
  await chmod(node, 0o755);
  await copyFile(rights, join(dir, 'rights.ts'));
  await chmod(join(dir, 'rights.ts'), 0o644);
  await mkdir(join(dir, 'open'));
  await chmod(join(dir, 'open'), 0o777);
  const argv = script(join(dir, 'rights.ts'), [join(dir, 'open/x'), join(dir, 'closed/y')]);
  const { stdout } = await execa(node, argv, { uid: 65_534, gid: 65_534, cwd: dir });
  expect(JSON.parse(stdout)).toEqual({ uid: 65_534, denied: [join(dir, 'closed/y')], readOnly: [] });
});
