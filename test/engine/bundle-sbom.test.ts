import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../installer/base/hash.ts';
import { sbomLimits } from '../../installer/contract/sbom.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte, resign } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const path = 'sbom/tiny-api.cdx.json';
const document = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'container', name: 'tiny-api:1.0', version: 'sha256:00' }, tools: [] },
  components: [
    { type: 'library', name: 'left', version: '1.3', purl: 'pkg:npm/left@1.3', licenses: [{ license: { id: 'MIT' } }] },
    { type: 'library', name: 'right', licenses: [{ expression: 'A OR B' }, { license: { name: 'Own' } }] },
  ],
  dependencies: [],
};

async function clientOf() {
  const engine = createEngine({ dataDir: join(await workDir(), 'data'), mediaDirs: [] });
  return createRouterClient(engine.router, { context: engine.context });
}

async function withGiven(content: unknown): Promise<TinyBundle> {
  const dir = await workDir();
  const file = join(dir, 'given.json');
  await writeFile(file, JSON.stringify(content));
  return makeTinyBundle(dir, { sboms: [{ image: 'tiny-api', path: file }] });
}

async function sbomOf(bundle: Pick<TinyBundle, 'dir' | 'rootFile'>, of = path) {
  const client = await clientOf();
  return client.bundle.sbom({ dir: bundle.dir, root: bundle.rootFile, path: of });
}

const refusal = (code: string, file: string) => ({ data: { code, params: expect.objectContaining({ file }) } });

/** The list is no longer CycloneDX, and the vendor has signed that. */
async function signed(bundle: TinyBundle, content: string): Promise<void> {
  await writeFile(join(bundle.dir, path), content);
  await resign(bundle, ({ files }) => {
    const entry = files.find((file) => file.path === path);
    if (entry === undefined) throw new Error('no list');
    Object.assign(entry, { size: Buffer.byteLength(content), digest: sha256(content) });
    delete entry.chunks;
  });
}

describe('a list of components', () => {
  test('is shown out of the verified bundle, in the vendor’s words', async () => {
    const bundle = await withGiven(document);
    expect(await sbomOf(bundle)).toEqual({
      subject: { name: 'tiny-api:1.0', version: 'sha256:00' },
      components: [
        { type: 'library', name: 'left', version: '1.3', purl: 'pkg:npm/left@1.3', licenses: ['MIT'] },
        { type: 'library', name: 'right', version: '', purl: '', licenses: ['A OR B', 'Own'] },
      ],
      total: 2,
    });
  });

  test('is listed when the bundle is opened, and each that is listed can be shown', async () => {
    const bundle = await withGiven(document);
    const client = await clientOf();
    const { sbom } = await client.bundle.open({ dir: bundle.dir, root: bundle.rootFile });
    expect(sbom).toEqual(['sbom/registry.cdx.json', path, 'sbom/tiny-db.cdx.json']);
    for (const each of sbom) expect((await sbomOf(bundle, each)).subject).not.toBeNull();
  });

  test('with one changed byte is refused by its name', async () => {
    const bundle = await withGiven(document);
    await flipByte(join(bundle.dir, path), 10);
    await expect(sbomOf(bundle)).rejects.toMatchObject(refusal('BUNDLE_FILE_CHANGED', path));
    expect((await sbomOf(bundle, 'sbom/tiny-db.cdx.json')).total).toBe(0);
  });

  test.each([
    ['no JSON', 'x'],
    ['another format', '{"spdxVersion":"SPDX-2.3"}'],
    ['a component without a name', JSON.stringify({ ...document, components: [{ version: '1' }] })],
  ])('that is signed and is %s is refused by its name', async (_what, content) => {
    const bundle = await withGiven(document);
    await signed(bundle, content);
    await expect(sbomOf(bundle)).rejects.toMatchObject(refusal('SBOM_FORMAT', path));
  });

  test('whose heading is in another form is shown without one', async () => {
    const bundle = await withGiven(document);
    await signed(bundle, JSON.stringify({ ...document, metadata: { component: 'x' } }));
    expect(await sbomOf(bundle)).toMatchObject({ subject: null, total: 2 });
  });

  test('that a window could not take is cut, and says so', async () => {
    const named = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ type: 'library', name: `${name}${index}` }));
    const many = await withGiven({ ...document, components: named('a', sbomLimits.shown + 1) });
    const cut = await sbomOf(many);
    expect([cut.components.length, cut.total]).toEqual([sbomLimits.shown, sbomLimits.shown + 1]);
    await signed(many, JSON.stringify({ ...document, components: named('n'.repeat(1000), 9000) }));
    const wide = await sbomOf(many);
    expect(wide.total).toBe(9000);
    expect(wide.components.length).toBeGreaterThan(7000);
    expect(Buffer.byteLength(JSON.stringify(wide.components))).toBeLessThan(sbomLimits.shownBytes + 10_000);
  });

  test('that the bundle has not, or that is none, is not read', async () => {
    const bundle = await withGiven(document);
    const none = 'sbom/none.cdx.json';
    await expect(sbomOf(bundle, none)).rejects.toMatchObject(refusal('BUNDLE_FILE_MISSING', none));
    for (const other of ['product/product.yaml', 'sbom/../bundle.json', 'sbom/index.en.html', 'sbom/.cdx.json']) {
      await expect(sbomOf(bundle, other)).rejects.toMatchObject({ data: { code: 'REQUEST_FORMAT' } });
    }
  });

  test('of a bundle that the officer’s keys did not sign is not read', async () => {
    const [bundle, other] = [await withGiven(document), await makeTinyBundle(await workDir())];
    const read = sbomOf({ dir: bundle.dir, rootFile: other.rootFile });
    await expect(read).rejects.toMatchObject({ data: { code: 'SIGNATURE_UNKNOWN_KEY' } });
  });

  test('that a delta bundle leaves to its base is listed, and missed on a machine without it', async () => {
    const base = await withGiven(document);
    const { keys, rootFile } = base;
    const given = [{ image: 'tiny-api', path: join(base.dir, path) }];
    const options = { base: base.dir, release: 2, rootFile, signKeys: keys, sboms: given };
    const delta = await makeTinyBundle(await workDir(), options);
    expect(delta.result.manifest.files.map((file) => file.path)).not.toContain(path);
    const client = await clientOf();
    expect((await client.bundle.open({ dir: delta.dir, root: rootFile })).sbom).toContain(path);
    await expect(sbomOf({ dir: delta.dir, rootFile })).rejects.toMatchObject(refusal('DELTA_FILE_MISSING', path));
  });
});

test('an opened bundle says how many keys had to sign, and how many did', async () => {
  const bundle = await makeTinyBundle(await workDir(), { keyCount: 3, threshold: 2 });
  const client = await clientOf();
  const opened = await client.bundle.open({ dir: bundle.dir, root: bundle.rootFile });
  expect(opened).toMatchObject({
    givenRootVersion: 1,
    view: { rootVersion: 1, thresholds: [{ role: 'bundle', keys: 3, needed: 2, signed: 3 }] },
  });
});
