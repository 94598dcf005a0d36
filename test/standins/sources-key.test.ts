import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workDirs } from '../fixtures/work-dir.ts';
import { sourcesKey } from './sources-key.ts';

const workDir = workDirs();

test('the key follows the content, the name and the mode of each file, and nothing else', async () => {
  const dir = await workDir();
  await mkdir(join(dir, 'sub'));
  const path = join(dir, 'sub', 'a');
  await writeFile(path, 'one');
  const first = await sourcesKey([dir]);
  expect(await sourcesKey([dir])).toBe(first);

  await writeFile(path, 'two');
  const changed = await sourcesKey([dir]);
  await chmod(path, 0o755);
  const executable = await sourcesKey([dir]);
  await rename(path, join(dir, 'sub', 'b'));
  const renamed = await sourcesKey([dir]);
  expect(new Set([first, changed, executable, renamed]).size).toBe(4);

  await mkdir(join(dir, '__pycache__'));
  await writeFile(join(dir, '__pycache__', 'b.pyc'), 'compiled');
  expect(await sourcesKey([dir])).toBe(renamed);
});
