/** Programs that root starts come out of folders that nobody else can put one into. */
import { chmod, chown, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trustedFolder, trustedPath } from '../../installer/base/trusted-path.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const somebody = 1001;

/** `node_modules/.bin` in a project folder, each with its owner and mode; `names` from the outside in. */
async function bin(...owners: [uid: number, mode: number][]): Promise<string> {
  let at = await workDir();
  for (const [index, [uid, mode]] of owners.entries()) {
    at = join(at, ['project', 'node_modules', '.bin'][index] ?? `f${index}`);
    await mkdir(at);
    await chmod(at, mode);
    await chown(at, uid, uid);
  }
  return at;
}

if (process.geteuid?.() === 0) {
  describe('as root, who may give folders to others,', () => {
    test('a folder of root’s below root’s folders is taken', async () => {
      const folder = await bin([0, 0o755], [0, 0o755], [0, 0o755]);
      expect(trustedFolder(folder)).toBe(folder);
    });

    test.each<[string, [number, number][]]>([
      [
        'belongs to somebody else',
        [
          [0, 0o755],
          [0, 0o755],
          [somebody, 0o755],
        ],
      ],
      [
        'lies in somebody else’s folder',
        [
          [somebody, 0o755],
          [0, 0o755],
          [0, 0o755],
        ],
      ],
      [
        'can be written by all',
        [
          [0, 0o755],
          [0, 0o755],
          [0, 0o777],
        ],
      ],
      [
        'can be written by all, though each may only remove what is theirs',
        [
          [0, 0o755],
          [0, 0o755],
          [0, 0o1777],
        ],
      ],
      [
        'can be exchanged, since all can write above it',
        [
          [0, 0o777],
          [0, 0o755],
          [0, 0o755],
        ],
      ],
    ])('npm’s node_modules/.bin is skipped when it %s', async (_, owners) => {
      const folder = await bin(...owners);
      expect(trustedFolder(folder)).toBeUndefined();
      expect(trustedPath(`${folder}:/usr/bin`).split(':')).not.toContain(folder);
      // control: for a user who is not root PATH stays as it is
      expect(trustedPath(`${folder}:/usr/bin`, somebody)).toBe(`${folder}:/usr/bin`);
    });

    test('a link counts as where it leads to, and its own name is not used', async () => {
      const theirs = await bin([0, 0o1777]);
      const link = join(theirs, 'bin');
      await symlink('/usr/bin', link);
      expect(trustedPath(link).split(':')[0]).toBe('/usr/bin');
    });
  });
}

test('relative and empty entries go, the system’s own folders are always there', () => {
  expect(trustedPath(':bin:./x:/nowhere', 0).split(':')).toEqual([
    ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ]);
});
