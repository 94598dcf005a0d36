import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { initRoot } from '../../bundles/init-root.ts';
import { generateKey } from '../../bundles/keygen.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

it('a bundle carries the roots that lie beside its own, so that a site two rotations behind can follow', async () => {
  const dir = await workDir();
  const first = await makeTinyBundle(await workDir());
  const old = first.keys[0] ?? '';
  const names = ['second', 'third'];
  const keys = [old];
  for (const [index, name] of names.entries()) {
    const { line } = await generateKey(join(dir, name), name);
    keys.push(join(dir, name));
    await initRoot({
      out: join(dir, index === 1 ? 'root.json' : 'root.2.json'),
      version: index + 2,
      root: { keys: [line], threshold: 1 },
      bundle: { keys: [`${old}.pub`], threshold: 1 },
      signKeys: [keys[index] ?? '', join(dir, name)],
    });
  }
  await copyFile(first.rootFile, join(dir, 'officers-root.json'));
  const bundle = await makeTinyBundle(await workDir(), { rootFile: join(dir, 'root.json'), signKeys: [old] });
  expect(await readdir(bundle.dir)).toEqual(
    expect.arrayContaining([
      'root.json',
      'root.json.1.sig',
      'root.json.2.sig',
      'root.2.json',
      'root.2.json.1.sig',
      'root.2.json.2.sig',
    ]),
  );
  const media = await openMedia(bundle.dir);
  expect((await verifyBundle({ media, root: join(dir, 'officers-root.json') })).rootVersion).toBe(3);
  expect((await verifyBundle({ media, root: join(dir, 'root.2.json') })).rootVersion).toBe(3);
});
