// needs: root
/** What root does to trees of other users: security of removing, giving away and measuring. Needs root, as the rest of the suites. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFolder, using } from '../../installer/base/open-folder.ts';
import { giveFolder, measureTree, removeTree } from '../../installer/base/own-tree.ts';
import { errorCode } from '../fixtures/error-code.ts';

const person = 1000;
const files = Array.from({ length: 20 }, (_, index) => `file-${index}`);

let dir: string;
let victim: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-own-tree-'));
  await chmod(dir, 0o711);
  victim = join(dir, 'victim');
  fill(victim);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

function fill(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), 'x');
}

/** data/projects/src below a state folder: `projects` belongs to the person, as containers' folders do. */
async function productFolders(name: string): Promise<{ top: string; swapped: string }> {
  const top = join(dir, name, 'data');
  const swapped = join(top, 'projects', 'src');
  fill(swapped);
  await chown(join(top, 'projects'), person, person);
  await chown(swapped, person, person);
  for (const file of files) await chown(join(swapped, file), person, person);
  return { top, swapped };
}

/** Removes up to `attempts` trees while the person swaps, until the victim lost `enough` files; returns how often the swap came in time and how many files the victim lost. */
async function race(attempts: number, remove: (top: string) => Promise<void>, enough = Number.POSITIVE_INFINITY) {
  const attacker = spawn(process.execPath, [join(import.meta.dirname, 'swapper.ts')], { uid: person, gid: person });
  const said = createInterface({ input: attacker.stdout })[Symbol.asyncIterator]();
  let swaps = 0;
  let lost = 0;
  try {
    for (let attempt = 0; attempt < attempts && lost < enough; attempt += 1) {
      const { top, swapped } = await productFolders(`state-${attempt}`);
      attacker.stdin.write(`${attempt % 2 === 0 ? 'once' : 'again'} ${swapped} ${victim}\n`);
      for (let line = await said.next(); line.value !== 'watching'; line = await said.next()) {
        if (line.done) throw new Error('the attacker ended');
        if (line.value === 'swapped') swaps += 1;
      }
      // the swap makes the removal fail in some way or other: what counts is what it did outside
      await remove(top).catch(() => undefined);
      lost += files.length - readdirSync(victim).length;
      fill(victim);
    }
  } finally {
    // what is left is cleaned up when nobody swaps in it any more
    const gone = once(attacker, 'exit');
    attacker.kill();
    await gone;
  }
  return { swaps, lost };
}

describe('a folder that is swapped for a link while root removes it', () => {
  test('200 attempts of uid 1000: no file outside is touched', async () => {
    const { swaps, lost } = await race(200, removeTree);
    console.error(`removeTree: 200 attempts, ${swaps} swaps in time, ${lost} files of the victim lost`);
    expect(swaps).toBeGreaterThan(0);
    expect(lost).toBe(0);
  }, 300_000);

  test('positive control: the same person makes Node’s recursive rm delete files of root’s own folder', async () => {
    const { swaps, lost } = await race(200, (top) => rm(top, { recursive: true, force: true }), 1);
    console.error(`fs.rm: ${swaps} swaps in time, ${lost} files of the victim lost`);
    expect(lost).toBeGreaterThan(0);
  }, 300_000);
});

describe('removing', () => {
  test('removes links, never what they lead to, and does not mind what is not there', async () => {
    const { top } = await productFolders('state');
    await symlink(victim, join(top, 'projects', 'link'));
    await symlink(victim, join(dir, 'top-link'));
    await removeTree(top);
    await removeTree(join(dir, 'top-link'));
    await removeTree(join(dir, 'never-there', 'at-all'));
    expect([existsSync(top), existsSync(join(dir, 'top-link'))]).toEqual([false, false]);
    expect(await readdir(victim)).toHaveLength(files.length);
  });

  test('removes a tree that is nested deeper than any path may be long', async () => {
    const top = join(dir, 'deep');
    await mkdir(top);
    await execa(
      'bash',
      ['-c', 'n=$(printf %0200d 0); for i in $(seq 60); do mkdir $n && cd -P $n || exit 1; done; echo x > f'],
      { cwd: top },
    );
    await removeTree(top);
    expect(existsSync(top)).toBe(false);
  });

  test.each([
    ['another file system', ['-t', 'tmpfs', 'none']],
    ['a bind mount of the same one', ['--bind', 'VICTIM']],
  ])('stops before %s that is mounted inside, and says where', async (_, argv) => {
    const { top, swapped } = await productFolders('state');
    const point = join(swapped, 'mounted');
    await mkdir(point);
    await execa('mount', [...argv.map((word) => (word === 'VICTIM' ? victim : word)), point]);
    try {
      await writeFile(join(point, 'kept'), 'x');
      expect(await errorCode(removeTree(top))).toBe('TREE_MOUNTED');
      expect(await readdir(victim)).toEqual(expect.arrayContaining(files));
    } finally {
      // flattening may have moved the folder that holds it
      const { stdout } = await execa('findmnt', ['-rno', 'TARGET']);
      for (const target of stdout.split('\n').filter((line) => line.startsWith(dir))) await execa('umount', [target]);
    }
  });
});

describe('giving a folder to its user', () => {
  const owner = { uid: 4242, gid: 4242, mode: 0o750 };

  test('makes it, with parents of root’s own', async () => {
    await giveFolder(dir, 'volumes/a/b', owner);
    expect(await lstat(join(dir, 'volumes/a/b'))).toMatchObject({ uid: 4242, gid: 4242 });
    expect((await lstat(join(dir, 'volumes/a'))).uid).toBe(0);
  });

  test('follows root’s own link, as a site has that keeps its projects on another disk', async () => {
    await symlink(victim, join(dir, 'projects'));
    await giveFolder(dir, 'projects', owner);
    expect((await lstat(victim)).uid).toBe(4242);
  });

  test('does not give away what somebody else’s link leads to', async () => {
    await mkdir(join(dir, 'data'));
    await chown(join(dir, 'data'), person, person);
    await symlink(victim, join(dir, 'data', 'projects'));
    expect(await errorCode(giveFolder(dir, 'data/projects', owner))).toBe('FOLDER_LINK');
    expect((await lstat(victim)).uid).toBe(0);
  });
});

describe('opening and measuring', () => {
  test('a folder stays the one that was opened, whatever its name means by now', async () => {
    const folder = join(dir, 'a');
    await mkdir(folder);
    await using(await openFolder(folder), async (open) => {
      await execa('mv', [folder, join(dir, 'b')]);
      await symlink(victim, folder);
      await writeFile(open.at('here'), 'x');
    });
    expect(await readFile(join(dir, 'b', 'here'), 'utf8')).toBe('x');
    expect(await readdir(victim)).not.toContain('here');
  });

  test('counts the bytes of files, not of what links lead to', async () => {
    const { top } = await productFolders('state');
    await symlink(victim, join(top, 'projects', 'link'));
    expect(await measureTree(top)).toBe(files.length);
    expect(await measureTree(join(dir, 'nothing'))).toBeNull();
  });
});
