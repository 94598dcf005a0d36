import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildBom } from '../../bundles/sbom/build-bom.ts';
import { bundleManifest } from '../../installer/contract/manifest.ts';
import { legacyArchive, syntheticImage } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyImages, tinyModel } from '../fixtures/make-bundle.ts';
import { wheelOf } from '../fixtures/wheel.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { airgapArgv } from '../site/demo-bundle.ts';

const workDir = workDirs();

async function airgap(...args: string[]) {
  const [command = '', ...rest] = airgapArgv(...args);
  return execa(command, rest, { reject: false, stdin: 'ignore', env: { LANG: 'C.UTF-8', SOURCE_DATE_EPOCH: '0' } });
}

const common = (base: TinyBundle, out: string) => [
  ...['bundle', 'create', '--product', base.productDir, '--root', base.rootFile, '--sign-key', base.keys[0] ?? ''],
  ...['--out', out, '--platform', 'linux/amd64', '--model', tinyModel],
];

/** Everything that a vendor can say, said at once. */
async function createAll(lang: 'en' | 'ru') {
  const dir = await workDir();
  const base = await makeTinyBundle(dir);
  const changed = syntheticImage('tiny-api:1.0', ['base', 'changed']);
  const file = (name: string) => join(dir, name);
  await writeFile(file('next.tar'), legacyArchive([changed, ...tinyImages.slice(1), syntheticImage('extra:1', ['x'])]));
  await mkdir(file('packages'));
  await writeFile(file('packages/tiny-1.0-py3-none-any.whl'), wheelOf('wheel'));
  await writeFile(file('docker-compose'), 'program');
  await writeFile(file('notes.md'), '# Notes\n');
  const subject = { name: 'tiny-db', ref: 'tiny-db:2.0', digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' };
  await writeFile(file('db.json'), buildBom(subject, [], undefined));
  const out = file('delta');
  const run = await airgap(
    ...['--lang', lang, '--json', ...common(base, out), '--release', '2', '--images', file('next.tar')],
    ...['--packages', file('packages'), '--tools', file('docker-compose'), '--notes', file('notes.md')],
    ...['--sbom', `tiny-db=${file('db.json')}`, '--expires', '2027-06-30', '--base', base.dir, '--compress', 'zstd'],
  );
  return { run, out, base };
}

describe('airgap bundle create', () => {
  it('says what was taken from where; the document is the manifest', async () => {
    const { run, base } = await createAll('en');
    expect(run.exitCode, run.stderr).toBe(0);
    const { manifest, manifestDigest } = JSON.parse(run.stdout);
    expect(bundleManifest.parse(manifest)).toMatchObject({
      release: 2,
      minimumSourceRelease: 1,
      expires: '2027-06-30T00:00:00.000Z',
      base: { release: 1, manifestDigest: base.result.manifestDigest },
      created: '1970-01-01T00:00:00.000Z',
    });
    const said = run.stderr;
    expect(said).toMatch(/Reading .*next\.tar/);
    expect(said).toMatch(/tiny-api:1\.0 .*\n +sha256:[0-9a-f]{64}\n +from .*next\.tar/);
    expect(said).toMatch(/models\/tiny\.gguf .*\n.*\n +from .*tiny-q8_0\.gguf/);
    expect(said).toContain('Not in the product, left out: extra:1');
    expect(said).toMatch(/packages\/ {2}2 files/);
    expect(said).toMatch(/tools\/ {2}1 file,/);
    expect(said).toContain('sbom/tiny-db.cdx.json  0 components, given');
    expect(said).toContain('sbom/tiny-api.cdx.json  the image has no package database');
    expect(said).toMatch(/Delta on release 1: \d+ files/);
    expect(said).toContain(manifestDigest);
  });

  it('says it in Russian, and inspect shows what a delta builds on', async () => {
    const { run, out } = await createAll('ru');
    expect(run.stderr).toContain('Разностный пакет к выпуску 1');
    const shown = await airgap('--lang', 'ru', 'bundle', 'inspect', out);
    expect(shown.stderr).toContain('Опирается на выпуск');
    expect(shown.stderr).toContain('Ожидается на площадке');
    expect(shown.stderr).toContain('packages/');
  });

  it.each([
    [['--expires', 'tomorrow']],
    [['--platform', 'linux']],
    [['--compress', 'xz']],
    [['--sbom', 'nothing']],
    [['--part-size', '0']],
    [['--images', 'registry:UPPER/case:1']],
    [['--images', 'registry:user:password@host/a:1']],
  ])('%j is a usage error', async (wrong) => {
    const base = await makeTinyBundle(await workDir());
    const run = await airgap(...common(base, join(base.dir, '../out')), '--release', '2', ...wrong);
    expect(run.exitCode, run.stderr).toBe(2);
  });
});
