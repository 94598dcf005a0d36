// needs: root
/** "Save to": root writes where a person says, and nowhere else. */
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { intoFolder, saveFile } from '../../installer/engine/save-folder.ts';
import { errorOf } from '../fixtures/error-code.ts';

const stranger = 4711;
let dir: string;
let target: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'airgap-save-'));
  target = join(dir, 'target');
  await mkdir(target);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const save = (folder: string) => saveFile(join(folder, 'report.json'), 0o644, 'ours');
const refusal = async (folder: string) => (await errorOf(save(folder))).code;

test('a folder that is not there is refused and not made: a mistyped mount point', async () => {
  expect(await refusal(join(dir, 'media', 'stikc'))).toBe('PATH_MISSING');
  expect(await readdir(dir)).toEqual(['target']);
});

test('a file in the place of the folder is refused', async () => {
  await writeFile(join(dir, 'file'), 'x');
  expect(await refusal(join(dir, 'file'))).toBe('NOT_A_FOLDER');
});

describe('links', () => {
  test('one in the place of the file is replaced; what it leads to keeps its content', async () => {
    const victim = join(dir, 'authorized_keys');
    await writeFile(victim, 'theirs', { mode: 0o600 });
    await symlink(victim, join(target, 'report.json'));
    await save(target);
    expect(await readFile(victim, 'utf8')).toBe('theirs');
    expect((await lstat(join(target, 'report.json'))).isSymbolicLink()).toBe(false);
  });

  test('positive control: writing by path goes through that link', async () => {
    const victim = join(dir, 'authorized_keys');
    await writeFile(victim, 'theirs');
    await symlink(victim, join(target, 'report.json'));
    await writeFile(join(target, 'report.json'), 'ours');
    expect(await readFile(victim, 'utf8')).toBe('ours');
  });

  test('a stranger’s link on the way is refused', async () => {
    const shared = join(dir, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await symlink(target, join(shared, 'reports'));
    await execa('chown', ['--no-dereference', String(stranger), join(shared, 'reports')]);
    expect(await refusal(join(shared, 'reports'))).toBe('FOLDER_LINK');
    expect(await readdir(target)).toEqual([]);
  });

  test('root’s own link in root’s own folder is followed', async () => {
    await symlink(target, join(dir, 'reports'));
    await save(join(dir, 'reports'));
    expect(await readdir(target)).toEqual(['report.json']);
  });

  test('a folder that is swapped for a link after it was opened still gets the file', async () => {
    const victim = join(dir, 'victim');
    await mkdir(victim);
    await intoFolder(target, async (folder) => {
      await rename(target, join(dir, 'away'));
      await symlink(victim, target);
      await writeFile(folder.at('report.json'), 'ours');
    });
    expect(await readdir(join(dir, 'away'))).toEqual(['report.json']);
    expect(await readdir(victim)).toEqual([]);
  });
});

describe('whose folder it is', () => {
  test('a stranger’s folder, and one below it, is refused', async () => {
    const below = join(target, 'below');
    await mkdir(below);
    await chown(target, stranger, stranger);
    expect(await refusal(target)).toBe('FOLDER_FOREIGN');
    expect(await refusal(below)).toBe('FOLDER_FOREIGN');
  });

  test('a folder that everybody may write to is refused, with the sticky bit it is not', async () => {
    await chmod(target, 0o777);
    expect(await refusal(target)).toBe('FOLDER_FOREIGN');
    await chmod(target, 0o1777);
    await save(target);
  });

  test('the person behind sudo may have it in a folder of their own', async () => {
    await chown(target, stranger, stranger);
    process.env.SUDO_UID = String(stranger);
    try {
      await save(target);
    } finally {
      delete process.env.SUDO_UID;
    }
    expect(await readdir(target)).toEqual(['report.json']);
  });
});

describe('a medium', () => {
  async function onMedium(point: string, work: () => Promise<void>): Promise<void> {
    await mkdir(point, { recursive: true });
    await execa('mount', ['-t', 'tmpfs', '-o', `uid=${stranger},mode=777`, 'none', point]);
    try {
      await work();
    } finally {
      await execa('umount', [point]);
      await rm(point, { recursive: true });
    }
  }

  test('takes it whoever its folders belong to: below /media they are another machine’s numbers', async () => {
    const point = `/media/airgap-test-${process.pid}`;
    await onMedium(point, async () => {
      await mkdir(join(point, 'reports'));
      await save(join(point, 'reports'));
      expect(await readdir(join(point, 'reports'))).toEqual(['report.json']);
    });
  });

  test('elsewhere the same mount is a stranger’s folder like any other', async () => {
    await onMedium(join(dir, 'mounted'), async () => {
      expect(await refusal(join(dir, 'mounted'))).toBe('FOLDER_FOREIGN');
    });
  });

  test('one that is write-protected is an error of its own words, with the path that was given', async () => {
    const point = join(dir, 'locked');
    await mkdir(point);
    await execa('mount', ['-t', 'tmpfs', '-o', 'ro,mode=755', 'none', point]);
    try {
      const error = await errorOf(save(point));
      expect([error.code, error.params]).toEqual(['FOLDER_UNWRITABLE', { dir: point, errno: 'EROFS' }]);
    } finally {
      await execa('umount', [point]);
    }
  });
});
