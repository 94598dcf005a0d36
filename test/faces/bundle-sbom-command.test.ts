import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { airgapArgv } from '../site/demo-bundle.ts';

const workDir = workDirs();
const path = 'sbom/tiny-api.cdx.json';
const document = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'left', version: '1.3', licenses: [{ license: { id: 'MIT' } }] }],
};

async function airgap(...args: string[]) {
  const [command = '', ...rest] = airgapArgv('--data-dir', join(await workDir(), 'data'), ...args);
  return execa(command, rest, { reject: false, stdin: 'ignore', env: { LANG: 'C.UTF-8' } });
}

async function bundleWithSbom() {
  const dir = await workDir();
  const given = join(dir, 'given.json');
  await writeFile(given, JSON.stringify(document));
  return makeTinyBundle(dir, { keyCount: 3, threshold: 2, sboms: [{ image: 'tiny-api', path: given }] });
}

test('airgap bundle sbom names the lists, shows one, and refuses one that was changed', {
  timeout: 300_000,
}, async () => {
  const bundle = await bundleWithSbom();
  const root = ['--root', bundle.rootFile];
  const names = await airgap('bundle', 'sbom', bundle.dir, ...root);
  expect(names.exitCode, names.stderr).toBe(0);
  expect(names.stderr.split('\n')).toContain(path);

  const shown = await airgap('--json', 'bundle', 'sbom', bundle.dir, path, ...root);
  expect(shown.exitCode, shown.stderr).toBe(0);
  expect(shown.stderr).toMatch(/left.*1\.3.*MIT/);
  expect(JSON.parse(shown.stdout)).toMatchObject({ total: 1, components: [{ name: 'left', licenses: ['MIT'] }] });

  await flipByte(join(bundle.dir, path), 20);
  const refused = await airgap('bundle', 'sbom', bundle.dir, path, ...root);
  expect(refused.exitCode).toBe(5);
  expect(refused.stderr).toContain('BUNDLE_FILE_CHANGED');
  expect(refused.stderr).not.toMatch(/left.*MIT/);
});

test('airgap bundle verify says how many keys had to sign and did, in both languages', {
  timeout: 300_000,
}, async () => {
  const bundle = await bundleWithSbom();
  const verify = ['bundle', 'verify', bundle.dir, '--root', bundle.rootFile];
  const english = await airgap(...verify);
  expect(english.exitCode, english.stderr).toBe(0);
  expect(english.stderr).toContain('3 have signed, 2 needed, 3 listed');
  expect((await airgap('--lang', 'ru', ...verify)).stderr).toContain('подписали 3, требуется 2, всего 3');
});
