/**
 * What root does to whole trees goes through installer/base/own-tree.ts, which works by descriptor: Node's own recursive calls go by path, and a
 * container's user can swap a folder for a link in between.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');

/** Each with what it must find, as the positive control. */
const forbidden: readonly { what: string; pattern: RegExp; example: string }[] = [
  {
    what: 'a recursive rm, cp, rmdir or readdir',
    pattern: /\b(rm|rmSync|cp|cpSync|rmdir|rmdirSync|readdir|readdirSync|opendir)\([^;]*?\brecursive\b/s,
    example: 'await rm(dir, {\n  recursive: true,\n});',
  },
  {
    what: 'an owner given by path',
    pattern: /import \{[^}]*\bl?chown(Sync)?\b[^}]*\} from 'node:fs/,
    example: "import { chown, mkdir } from 'node:fs/promises';",
  },
  {
    what: 'a copy onto a path',
    pattern: /import \{[^}]*\b(copyFile|cp)(Sync)?\b[^}]*\} from 'node:fs/,
    example: "import { copyFile } from 'node:fs/promises';",
  },
];

/** The one place; and the pages of the installer itself, which are read once at the start and belong to nobody else. */
const allowed: ReadonlySet<string> = new Set(['installer/base/own-tree.ts', 'installer/faces/http/static-files.ts']);

const breaches = (source: string) => forbidden.filter(({ pattern }) => pattern.test(source)).map(({ what }) => what);

test('nothing in installer/ removes, copies, lists or gives away trees by path', async () => {
  const entries = await readdir(join(repository, 'installer'), { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(200);
  const found: string[] = [];
  for (const { parentPath, name } of sources) {
    const path = relative(repository, join(parentPath, name));
    if (allowed.has(path)) continue;
    for (const what of breaches(await readFile(join(repository, path), 'utf8'))) found.push(`${path}: ${what}`);
  }
  expect(found).toEqual([]);
});

test.each(forbidden)('positive control: $what is found', ({ what, example }) => {
  expect(breaches(example)).toContain(what);
});
