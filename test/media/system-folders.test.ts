import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toWire } from '../../installer/base/errors.ts';
import { localiser } from '../../installer/base/localise.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

async function stick(): Promise<string> {
  const dir = await workDir();
  await writeFile(join(dir, 'bundle.json'), '{}');
  return dir;
}

describe('a bundle at the top of a stick, beside what an operating system has put there', () => {
  it.each([
    'System Volume Information',
    '$RECYCLE.BIN',
    '.Trash-1000',
    '.Trashes',
    '.Spotlight-V100',
    '.fseventsd',
    'lost+found',
    'FOUND.000',
  ])('%s: the message says that the bundle needs a folder of its own', async (name) => {
    const dir = await stick();
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, 'IndexerVolumeGuid'), 'x');
    const error = await errorOf((await openMedia(dir)).list());
    expect(error).toMatchObject({ code: 'BUNDLE_NOT_ALONE', params: { file: name } });
    for (const language of ['en', 'ru'] as const) {
      expect(localiser(language).error(toWire(error)).remedy).toContain(name);
    }
  });

  it('what links and devices there are in it is not looked at', async () => {
    const dir = await stick();
    await mkdir(join(dir, '.Trash-1000'));
    await symlink('/etc/passwd', join(dir, '.Trash-1000/x'));
    expect(await errorOf((await openMedia(dir)).list())).toMatchObject({ code: 'BUNDLE_NOT_ALONE' });
  });

  it('an empty one, as every new ext4 stick has it, is nobody’s concern', async () => {
    const dir = await stick();
    await mkdir(join(dir, 'lost+found'));
    await chmod(join(dir, 'lost+found'), 0o700);
    expect(await (await openMedia(dir)).list()).toEqual([{ path: 'bundle.json', size: 2 }]);
  });

  it('in a folder of its own the bundle is alone', async () => {
    const dir = await workDir();
    await mkdir(join(dir, 'System Volume Information'));
    await writeFile(join(dir, 'System Volume Information/x'), 'x');
    await mkdir(join(dir, 'bundle'));
    await writeFile(join(dir, 'bundle/bundle.json'), '{}');
    expect(await (await openMedia(join(dir, 'bundle'))).list()).toHaveLength(1);
  });

  it('positive control: the same name further down is a folder like any other, and its files are listed', async () => {
    const dir = await stick();
    await mkdir(join(dir, 'models/lost+found'), { recursive: true });
    await writeFile(join(dir, 'models/lost+found/x'), 'x');
    expect(await (await openMedia(dir)).list()).toContainEqual({ path: 'models/lost+found/x', size: 1 });
  });
});
