import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeFiles } from '../../installer/files/place-files-step.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import type { MadeThing } from '../../installer/ports/step.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { recordingContext } from '../registry/support/test-context.ts';

const workDir = workDirs();

async function makeInput() {
  const dir = await workDir();
  for (const folder of ['packages', 'tools']) await mkdir(join(dir, 'in', folder), { recursive: true });
  await writeFile(join(dir, 'in/packages/tiny-1.0-py3-none-any.whl'), wheelOf('wheel'));
  await writeFile(join(dir, 'in/tools/docker-compose'), Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(5000)]));
  await writeFile(join(dir, 'in/tools/help.sh'), '#!/bin/sh\n');
  await writeFile(join(dir, 'in/tools/readme.txt'), 'text\n');
  const made = await makeTinyBundle(dir, { packages: [join(dir, 'in/packages')], tools: [join(dir, 'in/tools')] });
  const bundle = await verifyBundle({ media: await openMedia(made.dir), root: made.rootFile });
  return { dir, made, input: { bundle, filesDir: join(dir, 'state/files/1') } };
}

describe('packages, tools and SBOMs', () => {
  it('are placed under their own names, programs so that they can be run', async () => {
    const { input } = await makeInput();
    const context = recordingContext();
    expect(await placeFiles.check(input, context)).toBeUndefined();
    const output = await placeFiles.run(input, context);
    await placeFiles.verify(output, input, context);
    expect(await placeFiles.check(input, context)).toEqual(output);
    const modeOf = async (path: string) => (await stat(join(input.filesDir, path))).mode & 0o777;
    expect(await modeOf('tools/docker-compose')).toBe(0o755);
    expect(await modeOf('tools/help.sh')).toBe(0o755);
    expect(await modeOf('tools/readme.txt')).toBe(0o644);
    expect(await modeOf('packages/tiny-1.0-py3-none-any.whl')).toBe(0o644);
    expect((await readdir(join(input.filesDir, 'sbom'))).sort()).toContain('index.en.html');
    expect(await readFile(join(input.filesDir, 'packages/requirements.hashed.txt'), 'utf8')).toContain('tiny==1.0');
  });

  it('one that was changed on the site is seen, and written anew', async () => {
    const { input } = await makeInput();
    const context = recordingContext();
    const output = await placeFiles.run(input, context);
    await flipByte(join(input.filesDir, 'tools/readme.txt'), 0);
    expect(await placeFiles.check(input, context)).toBeUndefined();
    await placeFiles.run(input, context);
    await placeFiles.verify(output, input, context);
  });

  it('one that is damaged on the medium is not placed, and no half of it stays', async () => {
    const { input, made } = await makeInput();
    await flipByte(join(made.dir, 'tools/docker-compose'), 4000);
    expect(await errorOf(placeFiles.run(input, recordingContext()))).toMatchObject({ code: 'BUNDLE_FILE_CHANGED' });
    expect(await readdir(join(input.filesDir, 'tools'))).toEqual([]);
  });

  it('are told of before they are made, as far as they were not there', async () => {
    const { input } = await makeInput();
    const made: MadeThing[] = [];
    const context = { ...recordingContext(), making: (thing: MadeThing) => made.push(thing) };
    await placeFiles.run(input, context);
    expect(made.map(({ kind, name }) => [kind, name])).toEqual([
      ['folder', dirname(input.filesDir)],
      ['folder', input.filesDir],
    ]);
    await placeFiles.run(input, context);
    expect(made).toHaveLength(2);
  });
});
