/** The pages are built when they must be, and only then. */
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureRenderer, isBuilt } from '../../renderer/build/ensure.ts';
import { hashSources, readStamp } from '../../renderer/build/stamp.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

describe('the hash of what the pages are made from', () => {
  async function sources(): Promise<string> {
    const dir = await workDir();
    for (const folder of ['renderer/pages', 'installer/contract/texts', 'node_modules'])
      await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, 'renderer/pages/start.tsx'), 'one');
    await writeFile(join(dir, 'installer/contract/texts/en.json'), '{}');
    await writeFile(join(dir, 'node_modules/.package-lock.json'), '{}');
    return dir;
  }

  test('does not change by looking, by time or by being somewhere else', async () => {
    const dir = await sources();
    const before = await hashSources(dir);
    await utimes(join(dir, 'renderer/pages/start.tsx'), 1, 1);
    expect(await hashSources(dir)).toBe(before);
    const moved = join(await workDir(), 'moved');
    await cp(dir, moved, { recursive: true });
    expect(await hashSources(moved)).toBe(before);
  });

  const changes: [string, (dir: string) => Promise<unknown>][] = [
    ['a source is changed', (dir) => appendFile(join(dir, 'renderer/pages/start.tsx'), ' ')],
    ['a source is new', (dir) => writeFile(join(dir, 'renderer/pages/new.tsx'), '')],
    ['a source is gone', (dir) => rm(join(dir, 'renderer/pages/start.tsx'))],
    [
      'a source has another name',
      (dir) => rename(join(dir, 'renderer/pages/start.tsx'), join(dir, 'renderer/pages/begin.tsx')),
    ],
    ['a text of the contract is changed', (dir) => writeFile(join(dir, 'installer/contract/texts/en.json'), '{ }')],
    ['other packages are installed', (dir) => writeFile(join(dir, 'node_modules/.package-lock.json'), '{ }')],
  ];
  test.each(changes)('changes when %s', async (_, change) => {
    const dir = await sources();
    const before = await hashSources(dir);
    await change(dir);
    expect(await hashSources(dir)).not.toBe(before);
  });
});

test('the pages are built once, and again when they are not what was built', { timeout: 300_000 }, async () => {
  const dir = await workDir();
  const out = join(dir, 'renderer');
  expect(await ensureRenderer(out)).toBe(true);
  // A source that is saved in mid-build makes it a build of nothing in particular: it gets no stamp, and the next call builds.
  while ((await readStamp(`${out}.stamp.json`)) === undefined) await ensureRenderer(out);
  const { sources = '' } = (await readStamp(`${out}.stamp.json`)) ?? {};
  expect(sources).toMatch(/^[0-9a-f]{64}$/);
  expect(await isBuilt(out, sources)).toBe(true);
  // Whoever serves them may be another user.
  expect((await stat(out)).mode & 0o777).toBe(0o755);
  expect((await readdir(dir)).sort()).toEqual(['renderer', 'renderer.stamp.json']);

  const [script = ''] = (await readdir(join(out, 'assets'))).filter((name) => name.endsWith('.js'));
  const damages: [string, (file: string) => Promise<unknown>][] = [
    [join(out, 'assets', script), (file) => appendFile(file, ' ')],
    [join(out, 'index.html'), (file) => rm(file)],
    [join(out, 'assets', 'left-over.js'), (file) => writeFile(file, '')],
    [`${out}.stamp.json`, (file) => writeFile(file, '{"sources":')],
    [`${out}.stamp.json`, (file) => rm(file)],
  ];
  for (const [file, damage] of damages) {
    const good = await readFile(file).catch(() => undefined);
    await damage(file);
    expect(await isBuilt(out, sources), file).toBe(false);
    await (good === undefined ? rm(file) : writeFile(file, good));
    expect(await isBuilt(out, sources), file).toBe(true);
  }
  expect(await isBuilt(out, sources.replace(/^./, 'x'))).toBe(false);

  await rm(join(out, 'index.html'));
  expect(await ensureRenderer(out)).toBe(true);
  expect((await readdir(out)).sort()).toEqual(['assets', 'icon.svg', 'index.html']);
});
