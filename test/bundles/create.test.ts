// needs: ssh-keygen
import { execFileSync } from 'node:child_process';
import { access, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CreateEvent, createBundle } from '../../bundles/create.ts';
import { generateKey } from '../../bundles/keygen.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { hexOf } from '../fixtures/image-archives.ts';
import { makeTinyBundle, type TinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const idle = { signal: new AbortController().signal, onEvent: () => undefined };

/** What a second creation from a tiny bundle's inputs takes. */
function inputs(bundle: TinyBundle, out: string) {
  return {
    productDir: bundle.productDir,
    out,
    images: [bundle.archive],
    models: [{ path: tinyModel }],
    release: 1,
    rootFile: bundle.rootFile,
    signKeys: bundle.keys,
    created: new Date(0),
    platform: { os: 'linux', architecture: 'amd64' },
  };
}

async function contents(dir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(dir.length), hexOf(await readFile(path)));
  }
  return files;
}

describe('bundle create', () => {
  it('gives identical bytes for the same inputs', async () => {
    const dir = await workDir();
    const options = { partSize: 300_000, chunkSize: 65_536 };
    const bundle = await makeTinyBundle(dir, options);
    await createBundle({ ...inputs(bundle, join(dir, 'again')), ...options }, idle);
    const first = await contents(bundle.dir);
    expect(await contents(join(dir, 'again'))).toEqual(first);
    expect(first.size).toBeGreaterThan(15);
  });

  it('takes its time from SOURCE_DATE_EPOCH where none is given', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    const { created, ...rest } = inputs(bundle, join(dir, 'again'));
    expect(created).toEqual(new Date(0));
    process.env.SOURCE_DATE_EPOCH = '1700000000';
    try {
      const { manifest } = await createBundle(rest, idle);
      expect(manifest.created).toBe('2023-11-14T22:13:20.000Z');
    } finally {
      delete process.env.SOURCE_DATE_EPOCH;
    }
  });

  it('lists what sha256sum says, and signs what ssh-keygen verifies', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    const list = bundle.result.manifest.files.map((file) => `${file.digest.slice(7)}  ${file.path}\n`).join('');
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', '-'], { cwd: bundle.dir, input: list });
    const line = (await readFile(`${bundle.keys[0]}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
    await writeFile(join(dir, 'allowed'), `vendor ${line}\n`);
    const args = ['-Y', 'verify', '-f', join(dir, 'allowed'), '-I', 'vendor', '-n', 'airgap-bundle'];
    execFileSync('ssh-keygen', [...args, '-s', join(bundle.dir, 'bundle.json.1.sig')], {
      input: await readFile(join(bundle.dir, 'bundle.json')),
    });
  });

  it('describes parts and chunks of large files', async () => {
    const bundle = await makeTinyBundle(await workDir(), { partSize: 300_000, chunkSize: 65_536 });
    const model = await readFile(tinyModel);
    const file = bundle.result.manifest.files.find(({ path }) => path === 'models/tiny.gguf');
    expect(file?.chunks).toHaveLength(Math.ceil(model.length / 65_536));
    expect(file?.chunks?.[3]).toBe(`sha256:${hexOf(model.subarray(3 * 65_536, 4 * 65_536))}`);
    const sizes = file?.parts?.map((part) => part.size);
    expect(sizes).toEqual([300_000, 300_000, model.length - 600_000]);
    expect(file?.parts?.[2]?.digest).toBe(`sha256:${hexOf(model.subarray(600_000))}`);
    await expect(access(join(bundle.dir, 'models/tiny.gguf'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([-1, 0, 1])('cuts at the part size exactly (file of that size %i)', async (more) => {
    const { size } = await stat(tinyModel);
    const bundle = await makeTinyBundle(await workDir(), { partSize: size - more });
    const file = bundle.result.manifest.files.find(({ path }) => path === 'models/tiny.gguf');
    expect(file?.parts?.length).toBe(more > 0 ? 2 : undefined);
  });

  it('copies the whole product folder, and says what it read', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    await mkdir(join(bundle.productDir, 'monitoring/rules'), { recursive: true });
    await writeFile(join(bundle.productDir, 'monitoring/rules/a.yml'), 'a');
    const events: CreateEvent[] = [];
    const onEvent = (event: CreateEvent) => events.push(event);
    const result = await createBundle(inputs(bundle, join(dir, 'again')), { ...idle, onEvent });
    expect(result.manifest.files.map((file) => file.path)).toContain('product/monitoring/rules/a.yml');
    const progress = events.flatMap((event) => (event.kind === 'progress' ? [event] : []));
    expect(progress.at(-1)?.doneBytes).toBe(progress.at(-1)?.totalBytes);
    expect(events.filter((event) => event.kind === 'image')).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ kind: 'signed', file: 'bundle.json.1.sig' });
  });

  it('without enough keys says how many signatures are missing', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir, { keyCount: 2, threshold: 2 });
    const events: CreateEvent[] = [];
    const options = { ...inputs(bundle, join(dir, 'again')), signKeys: bundle.keys.slice(0, 1) };
    await createBundle(options, { ...idle, onEvent: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ kind: 'signaturesMissing', signed: 1, threshold: 2 });
  });
});

describe('bundle create refuses', () => {
  it('an output folder with something in it, and leaves that alone', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    const before = await contents(bundle.dir);
    expect(await errorOf(createBundle(inputs(bundle, bundle.dir), idle))).toMatchObject({ code: 'OUTPUT_NOT_EMPTY' });
    expect(await contents(bundle.dir)).toEqual(before);
  });

  it('a product image that no source has', async () => {
    const dir = await workDir();
    const images = [{ name: 'other', ref: 'other:9' }];
    const error = await errorOf(makeTinyBundle(dir, { product: { images } }));
    expect(error).toMatchObject({ code: 'SOURCE_IMAGE_MISSING', params: { ref: 'other:9' } });
    expect(error.found).toContain('tiny-api:1.0');
    expect(await readdir(dir)).not.toContain('bundle');
  });

  it('a model that is missing, not the product’s, or not there', async () => {
    const refuse = async (models: { id?: string; path: string }[]) =>
      errorOf(makeTinyBundle(await workDir(), { models }));
    expect(await refuse([])).toMatchObject({ code: 'SOURCE_MODEL_MISSING', params: { model: 'tiny' } });
    expect(await refuse([{ id: 'big', path: tinyModel }])).toMatchObject({ code: 'USAGE' });
    expect(await refuse([{ path: tinyModel }, { path: tinyModel }])).toMatchObject({ code: 'USAGE' });
    expect(await refuse([{ path: '/nowhere.gguf' }])).toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });

  it('a product definition with an unknown key, and files that a bundle cannot hold', async () => {
    const error = await errorOf(makeTinyBundle(await workDir(), { product: { extra: 1 } }));
    expect(error).toMatchObject({ code: 'PRODUCT_FORMAT' });
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    await symlink('/etc/passwd', join(bundle.productDir, 'link'));
    const link = await errorOf(createBundle(inputs(bundle, join(dir, 'a')), idle));
    expect(link).toMatchObject({ code: 'PRODUCT_FORMAT', params: { file: 'link' } });
    const other = await workDir();
    const named = await makeTinyBundle(other);
    await writeFile(join(named.productDir, 'ключ.yaml'), 'x');
    const name = await errorOf(createBundle(inputs(named, join(other, 'a')), idle));
    expect(name).toMatchObject({ code: 'PRODUCT_FORMAT', params: { file: 'ключ.yaml' } });
  });

  it('a signing key that the root does not list, or that is no key', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    await generateKey(join(dir, 'stranger'), 'stranger');
    const refuse = (key: string) => errorOf(createBundle({ ...inputs(bundle, join(dir, 'a')), signKeys: [key] }, idle));
    expect(await refuse(join(dir, 'stranger'))).toMatchObject({ code: 'SIGN_KEY_UNUSABLE' });
    expect(await refuse(join(dir, 'root.json'))).toMatchObject({ code: 'SIGN_KEY_UNUSABLE' });
    expect(await refuse(join(dir, 'nowhere'))).toMatchObject({ code: 'SIGN_KEY_UNUSABLE' });
    expect(await readdir(dir)).not.toContain('a');
  });

  it('a folder that is to be in one that is not there: a mistyped mount point', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    const context = { signal: new AbortController().signal, onEvent: () => undefined };
    const creating = createBundle(inputs(bundle, join(dir, 'stikc/bundle')), context);
    await expect(creating).rejects.toMatchObject({ code: 'PATH_MISSING' });
    expect(await readdir(dir)).not.toContain('stikc');
  });

  it('to leave anything behind when cancelled', async () => {
    const dir = await workDir();
    const bundle = await makeTinyBundle(dir);
    const aborter = new AbortController();
    const context = { signal: aborter.signal, onEvent: () => aborter.abort() };
    const creating = createBundle(inputs(bundle, join(dir, 'made')), context);
    await expect(creating).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(dir)).not.toContain('made');
    await mkdir(join(dir, 'given'));
    const again = createBundle(inputs(bundle, join(dir, 'given')), { ...context, signal: AbortSignal.abort() });
    await expect(again).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(join(dir, 'given'))).toEqual([]);
  });
});
