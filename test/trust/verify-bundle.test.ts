import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../bundles/keygen.ts';
import { readSignKey } from '../../bundles/signing/sign-key.ts';
import { signSsh } from '../../bundles/signing/sshsig.ts';
import type { BundleFile, BundleManifest } from '../../installer/contract/manifest.ts';
import { hashEveryByte } from '../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, type TinyBundle, type TinyOverrides, tinyModel } from '../fixtures/make-bundle.ts';
import { flipByte, resign } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const tiny = async (overrides: TinyOverrides = {}) => makeTinyBundle(await workDir(), overrides);
const signal = new AbortController().signal;

async function verify(bundle: TinyBundle, options: object = {}): Promise<VerifiedBundle> {
  return verifyBundle({ media: await openMedia(bundle.dir), root: bundle.rootFile, ...options });
}

async function refusal(bundle: TinyBundle, options: object = {}) {
  return errorOf(verify(bundle, options));
}

function entry(manifest: BundleManifest, path: string): BundleFile {
  const found = manifest.files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`${path} is not in the bundle`);
  return found;
}

function firstBlob(bundle: TinyBundle): string {
  return bundle.result.manifest.files.find((file) => file.path.startsWith('blobs/'))?.path ?? '';
}

describe('an untouched bundle', () => {
  it('is verified, and every byte of it is read back', async () => {
    const bundle = await tiny({ keyCount: 2, threshold: 2 });
    const verified = await verify(bundle, { expectedProduct: 'tiny', installedRelease: 1 });
    expect(verified.manifestDigest).toBe(bundle.result.manifestDigest);
    expect(verified.signers.map((signer) => signer.role)).toEqual(['bundle', 'bundle']);
    expect(verified.rootVersion).toBe(1);
    const seen: number[] = [];
    const { bytes } = await hashEveryByte(verified, { signal, onProgress: (done) => seen.push(done) });
    expect(bytes).toBe(bundle.result.bytes);
    expect(seen.at(-1)).toBe(bytes);
    expect(await verified.read('models/tiny.gguf', 1e6)).toEqual(await readFile(tinyModel));
    expect(await verified.peek('models/tiny.gguf', 4)).toEqual(Buffer.from('GGUF'));
  });

  it('may be read by its root file’s bytes as well', async () => {
    const bundle = await tiny();
    const verified = await verify(bundle, { root: await readFile(bundle.rootFile) });
    expect(verified.signers).toHaveLength(1);
  });

  it('in parts is joined as it is read', async () => {
    const bundle = await tiny({ partSize: 300_000, chunkSize: 65_536 });
    const verified = await verify(bundle);
    expect(verified.file('models/tiny.gguf').parts).toHaveLength(3);
    expect(await verified.read('models/tiny.gguf', 1e6)).toEqual(await readFile(tinyModel));
    expect(await verified.peek('models/tiny.gguf', 300_004)).toEqual((await readFile(tinyModel)).subarray(0, 300_004));
  });

  it('gives no file that it does not list, and none larger than asked for', async () => {
    const verified = await verify(await tiny());
    expect(await errorOf(() => verified.open('root.json'))).toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    expect(await errorOf(verified.read('models/tiny.gguf', 100))).toMatchObject({ code: 'BUNDLE_FILE_SIZE' });
  });
});

describe('a damaged or altered medium', () => {
  it.each([
    0, 700_000,
  ])('one byte of a model changed (at %i) is named with its chunk when it is read', async (offset) => {
    const bundle = await tiny({ chunkSize: 65_536 });
    await flipByte(join(bundle.dir, 'models/tiny.gguf'), offset);
    const verified = await verify(bundle);
    const error = await errorOf(hashEveryByte(verified, { signal }));
    expect(error).toMatchObject({
      code: 'BUNDLE_FILE_CHANGED',
      params: { file: 'models/tiny.gguf', offset: Math.floor(offset / 65_536) * 65_536 },
    });
  });

  it('one byte of a layer changed is named when it is read', async () => {
    const bundle = await tiny();
    const manifests = new Set(bundle.result.manifest.images.map((image) => image.digest));
    const layer = bundle.result.manifest.files.find(
      (file) => file.path.startsWith('blobs/') && !manifests.has(file.digest),
    );
    const path = layer?.path ?? '';
    await flipByte(join(bundle.dir, path), 20);
    const error = await errorOf(hashEveryByte(await verify(bundle), { signal }));
    expect(error).toMatchObject({ code: 'BUNDLE_FILE_CHANGED', params: { file: path } });
  });

  it('an image manifest changed is refused at once', async () => {
    const bundle = await tiny();
    const path = `blobs/${bundle.result.manifest.images[0]?.digest.replace(':', '/')}`;
    await flipByte(join(bundle.dir, path), 20);
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_FILE_CHANGED', params: { file: path } });
  });

  it('a file shorter or longer is refused by its size', async () => {
    const shorter = await tiny();
    await writeFile(join(shorter.dir, 'models/tiny.gguf'), 'short');
    expect(await refusal(shorter)).toMatchObject({ code: 'BUNDLE_FILE_SIZE', params: { file: 'models/tiny.gguf' } });
    const longer = await tiny();
    await writeFile(join(longer.dir, 'product/product.yaml'), '\n', { flag: 'a' });
    expect(await refusal(longer)).toMatchObject({ code: 'BUNDLE_FILE_SIZE', params: { file: 'product/product.yaml' } });
  });

  it('a file that grows after the check is refused at the first byte too many', async () => {
    const bundle = await tiny();
    const verified = await verify(bundle);
    await writeFile(join(bundle.dir, 'product/compose.yaml'), '\n', { flag: 'a' });
    const error = await errorOf(verified.read('product/compose.yaml', 1000));
    expect(error).toMatchObject({ code: 'BUNDLE_FILE_SIZE', params: { file: 'product/compose.yaml' } });
  });

  it('a missing file is named', async () => {
    const bundle = await tiny();
    const path = firstBlob(bundle);
    await rm(join(bundle.dir, path));
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_FILE_MISSING', params: { file: path } });
  });

  it.each([
    'extra.txt',
    'product/extra',
    'bundle.json.bak',
    'root.json.1.sig.old',
    '.hidden',
  ])('the unlisted file %s is refused', async (path) => {
    const bundle = await tiny();
    await writeFile(join(bundle.dir, path), 'x');
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_FILE_UNLISTED', params: { file: path } });
  });

  it('a link in a file’s place is refused, though it leads to the right bytes', async () => {
    const bundle = await tiny();
    const path = join(bundle.dir, 'models/tiny.gguf');
    await rm(path);
    await symlink(tinyModel, path);
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_NOT_A_FILE', params: { file: 'models/tiny.gguf' } });
  });

  it('a name that differs by case from a listed one is refused', async () => {
    const bundle = await tiny();
    await writeFile(join(bundle.dir, 'product/Product.yaml'), 'x');
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_NAME_COLLISION' });
  });

  it('a missing, a swapped and a damaged part are named', async () => {
    const parts = { partSize: 300_000 };
    const missing = await tiny(parts);
    await rm(join(missing.dir, 'models/tiny.gguf.part002'));
    expect(await refusal(missing)).toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      params: { file: 'models/tiny.gguf.part002' },
    });
    const swapped = await tiny(parts);
    const place = (part: string) => join(swapped.dir, `models/tiny.gguf.${part}`);
    await rename(place('part001'), place('x'));
    await rename(place('part002'), place('part001'));
    await rename(place('x'), place('part002'));
    expect(await errorOf(hashEveryByte(await verify(swapped), { signal }))).toMatchObject({
      code: 'BUNDLE_FILE_CHANGED',
      params: { file: 'models/tiny.gguf.part001', of: 'models/tiny.gguf' },
    });
    const damaged = await tiny(parts);
    await flipByte(join(damaged.dir, 'models/tiny.gguf.part003'), 5);
    expect(await errorOf(hashEveryByte(await verify(damaged), { signal }))).toMatchObject({
      code: 'BUNDLE_FILE_CHANGED',
      params: { file: 'models/tiny.gguf.part003', of: 'models/tiny.gguf' },
    });
  });
});

describe('signatures', () => {
  it('one byte of bundle.json changed', async () => {
    const bundle = await tiny();
    await flipByte(join(bundle.dir, 'bundle.json'), 100);
    expect(await refusal(bundle)).toMatchObject({ code: 'SIGNATURE_INVALID', params: { file: 'bundle.json.1.sig' } });
  });

  it('are checked before bundle.json is understood', async () => {
    const bundle = await tiny();
    await writeFile(join(bundle.dir, 'bundle.json'), 'no JSON at all');
    expect(await refusal(bundle)).toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('none at all', async () => {
    const bundle = await tiny();
    await rm(join(bundle.dir, 'bundle.json.1.sig'));
    expect(await refusal(bundle)).toMatchObject({ code: 'SIGNATURE_MISSING', params: { file: 'bundle.json' } });
  });

  it('fewer than the threshold', async () => {
    const bundle = await tiny({ keyCount: 3, threshold: 2 });
    await rm(join(bundle.dir, 'bundle.json.2.sig'));
    await verify(bundle);
    await rm(join(bundle.dir, 'bundle.json.3.sig'));
    expect(await refusal(bundle)).toMatchObject({ code: 'THRESHOLD_NOT_MET', expected: '2', found: '1' });
  });

  it('the same key twice counts once', async () => {
    const bundle = await tiny({ keyCount: 2, threshold: 2 });
    await copyFile(join(bundle.dir, 'bundle.json.1.sig'), join(bundle.dir, 'bundle.json.2.sig'));
    expect(await refusal(bundle)).toMatchObject({ code: 'THRESHOLD_NOT_MET', expected: '2', found: '1' });
  });

  it('made for a root document does not count for a bundle', async () => {
    const bundle = await tiny();
    await signAs(bundle, bundle.keys[0] ?? '', 'airgap-root', 'bundle.json.1.sig');
    expect(await refusal(bundle)).toMatchObject({ code: 'SIGNATURE_NAMESPACE', expected: 'airgap-bundle' });
  });

  it('by a key that the root does not list do not count, and do not hurt', async () => {
    const bundle = await tiny();
    const stranger = join(await workDir(), 'stranger');
    const { fingerprint } = await generateKey(stranger, 'stranger');
    await signAs(bundle, stranger, 'airgap-bundle', 'bundle.json.stranger.sig');
    expect((await verify(bundle)).signers).toHaveLength(1);
    await rm(join(bundle.dir, 'bundle.json.1.sig'));
    expect(await refusal(bundle)).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY', found: fingerprint });
  });

  it('too many to be honest, and one too large', async () => {
    const many = await tiny();
    for (let n = 2; n < 80; n++) {
      await copyFile(join(many.dir, 'bundle.json.1.sig'), join(many.dir, `bundle.json.${n}.sig`));
    }
    expect(await refusal(many)).toMatchObject({ code: 'SIGNATURE_FORMAT', params: { what: 'count' } });
    const large = await tiny();
    await writeFile(join(large.dir, 'bundle.json.1.sig'), Buffer.alloc(5000));
    expect(await refusal(large)).toMatchObject({ code: 'BUNDLE_FILE_SIZE' });
  });

  async function signAs(bundle: TinyBundle, keyFile: string, namespace: string, name: string): Promise<void> {
    const bytes = await readFile(join(bundle.dir, 'bundle.json'));
    await writeFile(join(bundle.dir, name), signSsh(await readSignKey(keyFile), namespace, bytes));
  }
});

describe('a signed manifest that is not sound', () => {
  const cases: [string, (manifest: BundleManifest) => void, string, string][] = [
    ['an unknown key', (m) => Object.assign(m, { extra: 1 }), 'BUNDLE_FORMAT', 'bundle.json'],
    [
      'a path that leads outside',
      (m) => Object.assign(entry(m, 'oci-layout'), { path: '../x' }),
      'BUNDLE_FORMAT',
      'bundle.json',
    ],
    ['bundle.json as a listed file', (m) => m.files.push(plain('root.json')), 'BUNDLE_NAME_COLLISION', 'root.json'],
    [
      'a signature as a listed file',
      (m) => m.files.push(plain('bundle.json.1.sig')),
      'BUNDLE_FORMAT',
      'bundle.json.1.sig',
    ],
    ['names that differ by case', (m) => m.files.push(plain('product/PRODUCT.yaml')), 'BUNDLE_NAME_COLLISION', ''],
    ['folders that differ by case', (m) => m.files.push(plain('Product/other')), 'BUNDLE_NAME_COLLISION', 'Product'],
    ['a path given twice', (m) => m.files.push(plain('index.json')), 'BUNDLE_NAME_COLLISION', 'index.json'],
    ['a file that is a folder', (m) => m.files.push(plain('models')), 'BUNDLE_NAME_COLLISION', 'models'],
    [
      'a blob under a name that is not its digest',
      (m) => m.files.push(plain(`blobs/sha256/${'1'.repeat(64)}`)),
      'BUNDLE_FORMAT',
      `blobs/sha256/${'1'.repeat(64)}`,
    ],
    [
      'too few chunks',
      (m) => Object.assign(entry(m, 'models/tiny.gguf'), { chunks: [] }),
      'BUNDLE_FORMAT',
      'models/tiny.gguf',
    ],
    [
      'parts that do not add up',
      (m) => Object.assign(entry(m, 'models/tiny.gguf'), { parts: [plain('models/a'), plain('models/b')] }),
      'BUNDLE_FORMAT',
      'models/tiny.gguf',
    ],
    [
      'a model that is no listed file',
      (m) => Object.assign(m.models[0] ?? {}, { path: 'models/other.gguf' }),
      'BUNDLE_FORMAT',
      'models/other.gguf',
    ],
    [
      'a model of another digest',
      (m) => Object.assign(m.models[0] ?? {}, { digest: plain('x').digest }),
      'BUNDLE_FORMAT',
      'models/tiny.gguf',
    ],
    [
      'an image that is not there',
      (m) => Object.assign(m.images[0] ?? {}, { digest: plain('x').digest }),
      'BUNDLE_FORMAT',
      'bundle.json',
    ],
    [
      'an image announced as an index',
      (m) => Object.assign(m.images[0] ?? {}, { mediaType: 'application/vnd.oci.image.index.v1+json' }),
      'BUNDLE_FORMAT',
      '',
    ],
  ];
  it.each(cases)('%s', async (_name, change, code, file) => {
    const bundle = await tiny();
    await resign(bundle, change);
    const error = await refusal(bundle);
    expect(error.code).toBe(code);
    expect(String(error.params.file)).toContain(file);
  });

  it('a layer that no file is there for', async () => {
    const bundle = await tiny();
    const images = new Set(bundle.result.manifest.images.map((image) => image.digest));
    const layer = bundle.result.manifest.files.find((f) => f.path.startsWith('blobs/') && !images.has(f.digest));
    await rm(join(bundle.dir, layer?.path ?? ''));
    await resign(bundle, (manifest) => {
      manifest.files = manifest.files.filter((file) => file.path !== layer?.path);
    });
    expect(await refusal(bundle)).toMatchObject({ code: 'BUNDLE_FORMAT', params: { what: layer?.path } });
  });

  it('is still taken when it is signed again unchanged', async () => {
    const bundle = await tiny();
    await resign(bundle, () => undefined);
    expect((await verify(bundle)).manifest.product.name).toBe('tiny');
  });

  function plain(path: string) {
    return { path, size: 1, digest: `sha256:${'0'.repeat(64)}` };
  }
});

describe('the wrong bundle', () => {
  it('an older release than the one installed', async () => {
    const bundle = await tiny({ release: 4 });
    await verify(bundle, { installedRelease: 4 });
    expect(await refusal(bundle, { installedRelease: 5 })).toMatchObject({ code: 'RELEASE_ROLLBACK', found: '4' });
  });

  it('another product', async () => {
    expect(await refusal(await tiny(), { expectedProduct: 'big' })).toMatchObject({ code: 'PRODUCT_MISMATCH' });
  });

  it('no bundle at all', async () => {
    const dir = await workDir();
    await mkdir(join(dir, 'empty'));
    expect(await errorOf(openMedia(join(dir, 'empty')))).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    expect(await errorOf(openMedia(join(dir, 'nowhere')))).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
  });
});
