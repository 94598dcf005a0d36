// needs: tools
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashedRequirements } from '../../bundles/packages/hashed-requirements.ts';
import { placeFiles } from '../../installer/files/place-files-step.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { recordingContext } from '../registry/support/test-context.ts';
import { ensureHostPackages, TEST_COMMANDS } from '../site/host-packages.ts';

const longMs = 600_000;
const workDir = workDirs();
/** Debian's own, whatever else is on PATH. */
const python = '/usr/bin/python3';

beforeAll(() => ensureHostPackages(() => undefined, TEST_COMMANDS), longMs);

/** A wheel is a zip with two files beside the module: PEP 427. */
const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/tiny_answers-1.0-py3-none-any.whl', 'w') as wheel:
    info = 'tiny_answers-1.0.dist-info/'
    wheel.writestr('tiny_answers.py', 'answer = 42\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tiny-answers\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', 'tiny_answers.py,,\\n' + info + 'METADATA,,\\n' + info + 'WHEEL,,\\n' + info + 'RECORD,,\\n')
`;

async function placedPackages(): Promise<{ packages: string; target: string }> {
  const dir = await workDir();
  await mkdir(join(dir, 'packages'));
  await execa(python, ['-c', makeWheel, join(dir, 'packages')]);
  const made = await makeTinyBundle(dir, { packages: [join(dir, 'packages')] });
  const bundle = await verifyBundle({ media: await openMedia(made.dir), root: made.rootFile });
  await placeFiles.run({ bundle, filesDir: join(dir, 'files/1') }, recordingContext());
  return { packages: join(dir, 'files/1/packages'), target: join(dir, 'target') };
}

/** As an administrator of the site does it: no index, nothing but what the bundle brought. */
function pip(packages: string, target: string) {
  const list = join(packages, 'requirements.hashed.txt');
  const sources = ['--no-index', '--find-links', packages, '--require-hashes', '--requirement', list];
  const quiet = ['--disable-pip-version-check', '--no-cache-dir', '--no-input', '--root-user-action=ignore'];
  const args = ['-m', 'pip', 'install', ...sources, ...quiet, '--target', target];
  return execa(python, args, { reject: false, all: true, env: { PIP_CONFIG_FILE: '/dev/null' } });
}

describe('Python packages', () => {
  it('are installed on the site by pip without an index, by their hashes', { timeout: longMs }, async () => {
    const { packages, target } = await placedPackages();
    const { exitCode, all } = await pip(packages, target);
    expect(exitCode, all).toBe(0);
    const script = 'import tiny_answers; print(tiny_answers.answer)';
    const { stdout } = await execa(python, ['-c', script], { env: { PYTHONPATH: target } });
    expect(stdout).toBe('42');
  });

  it('one that was exchanged on the site is refused by pip itself', { timeout: longMs }, async () => {
    const { packages, target } = await placedPackages();
    // within the module's own bytes: still a valid zip as far as its directory goes
    await flipByte(join(packages, 'tiny_answers-1.0-py3-none-any.whl'), 50);
    const { exitCode, all } = await pip(packages, target);
    expect(exitCode).not.toBe(0);
    expect(all).toContain('HASHES');
  });

  it('are listed with hashes by project', () => {
    const file = (path: string, byte: string) => ({ path, size: 1, digest: `sha256:${byte.repeat(32)}` });
    const files = [
      file('packages/PyYAML-6.0.2-cp313-cp313-manylinux_2_17_x86_64.whl', 'aa'),
      file('packages/PyYAML-6.0.2-cp312-cp312-manylinux_2_17_x86_64.whl', 'bb'),
      file('packages/sub/my.pkg_x-1.0+local.1.tar.gz', 'cc'),
      file('packages/readme.txt', 'dd'),
      file('tools/other-1.0-py3-none-any.whl', 'ee'),
    ];
    expect(hashedRequirements(files)).toBe(
      `my-pkg-x==1.0+local.1 \\\n    --hash=sha256:${'cc'.repeat(32)}\n` +
        `pyyaml==6.0.2 \\\n    --hash=sha256:${'aa'.repeat(32)} \\\n    --hash=sha256:${'bb'.repeat(32)}\n`,
    );
    const two = [file('packages/a-1-py3-none-any.whl', 'aa'), file('packages/a-2-py3-none-any.whl', 'bb')];
    expect(hashedRequirements(two)).toBeUndefined();
  });

  it('with names that no bundle can hold, or given twice, are refused', async () => {
    const dir = await workDir();
    for (const folder of ['a', 'b', 'c']) await mkdir(join(dir, folder));
    await writeFile(join(dir, 'a/x-1.0-py3-none-any.whl'), wheelOf('a'));
    await writeFile(join(dir, 'b/x-1.0-py3-none-any.whl'), wheelOf('b'));
    await writeFile(join(dir, 'c/ä-1.0-py3-none-any.whl'), wheelOf('c'));
    const make = (...packages: string[]) => errorOf(async () => makeTinyBundle(await workDir(), { packages }));
    expect(await make(join(dir, 'a'), join(dir, 'b'))).toMatchObject({ code: 'USAGE' });
    expect(await make(join(dir, 'c'))).toMatchObject({ code: 'PRODUCT_FORMAT' });
    await mkdir(join(dir, 'd'));
    await writeFile(join(dir, 'd/X-1.0-py3-none-any.whl'), wheelOf('d'));
    expect(await make(join(dir, 'a'), join(dir, 'd'))).toMatchObject({ code: 'USAGE' });
    expect(await make(join(dir, 'nowhere'))).toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });
});

describe('release notes', () => {
  it('stand where the wizard shows them', async () => {
    const dir = await workDir();
    await writeFile(join(dir, 'notes.md'), '# Release 1\n');
    const { dir: bundle, result } = await makeTinyBundle(dir, { notes: join(dir, 'notes.md') });
    expect(await readFile(join(bundle, 'product/release-notes.md'), 'utf8')).toBe('# Release 1\n');
    expect(result.manifest.files.map(({ path }) => path)).toContain('product/release-notes.md');
  });
});
