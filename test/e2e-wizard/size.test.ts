import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

/** Issue's limit for all JavaScript of the wizard, gzipped. */
const limitBytes = 450 * 1024;

test('all JavaScript together stays below 450 KB gzipped', async () => {
  const names = (await readdir('dist/renderer/assets')).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(`dist/renderer/assets/${name}`)).length),
  );
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(limitBytes);
});

test('the page has no inline script, no inline style and no address of another place', async () => {
  const html = await readFile('dist/renderer/index.html', 'utf8');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  for (const name of await readdir('dist/renderer/assets')) {
    if (!name.endsWith('.css')) continue;
    expect(await readFile(`dist/renderer/assets/${name}`, 'utf8')).not.toMatch(/url\(["']?(https?:)?\/\//);
  }
});
