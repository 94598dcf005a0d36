import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ggufFile } from '../../fixtures/gguf.ts';
import { changeManifest, rootBytes, signDocument } from '../../fixtures/trust-medium.ts';
import {
  type AttackCase,
  bundleKeys,
  chained,
  chainKey,
  changed,
  firstRoot,
  type HonestFields,
  honest,
  putRoot,
  rotated,
} from './honest.ts';

const run = promisify(execFile);
const second: HonestFields = {
  manifest: { release: 2 },
  contents: [
    { path: 'product/product.yaml', content: Buffer.from('name: tiny #2\n') },
    {
      path: 'models/tiny.gguf',
      content: Buffer.alloc(ggufFile({ dataBytes: 4300 }).length, 'WEIGHTS '),
      partSize: 2000,
    },
  ],
};
const extra = (path: string) => () => changed((files) => files.set(path, Buffer.from('x')));
const without =
  (...paths: string[]) =>
  () =>
    changed((files) => {
      for (const path of paths) files.delete(path);
    });
/** The second release with these files of the first. */
const mixed =
  (...paths: string[]) =>
  () =>
    changed((files) => {
      const first = honest();
      for (const path of paths) files.set(path, first.get(path) ?? Buffer.alloc(0));
    }, second);
const fifo = (path: string) => async (dir: string) => {
  await rm(join(dir, path));
  await run('mkfifo', [join(dir, path)]);
};
const blob = `blobs/sha256/${'1'.repeat(64)}`;

const mixAndMatch: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'the list of one release with the signatures of another',
    files: mixed('bundle.json'),
    ends: 'SIGNATURE_INVALID',
  },
  {
    name: 'one release’s signatures under another’s list',
    files: mixed('bundle.json.1.sig'),
    ends: 'SIGNATURE_INVALID',
    file: 'bundle.json.1.sig',
  },
  {
    name: 'two signatures that add up to the threshold, each over another release',
    files: mixed('bundle.json.2.sig'),
    ends: 'SIGNATURE_INVALID',
    file: 'bundle.json.2.sig',
  },
  {
    name: 'a file of another release, in another size',
    files: mixed('product/product.yaml'),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'product/product.yaml',
  },
  {
    name: 'a part of another release',
    files: mixed('models/tiny.gguf.part002'),
    ends: 'BUNDLE_FILE_CHANGED',
    file: 'models/tiny.gguf.part002',
    whenRead: true,
  },
  {
    name: 'all parts of another release',
    files: mixed(...[1, 2, 3].map((n) => `models/tiny.gguf.part00${n}`)),
    ends: 'BUNDLE_FILE_CHANGED',
    file: 'models/tiny.gguf.part001',
    whenRead: true,
  },
  {
    name: 'two parts that changed places',
    files: () =>
      changed(
        (files) => {
          const first = files.get('models/tiny.gguf.part001') ?? Buffer.alloc(0);
          files.set('models/tiny.gguf.part001', files.get('models/tiny.gguf.part002') ?? first);
          files.set('models/tiny.gguf.part002', first);
        },
        {
          contents: [
            {
              path: 'models/tiny.gguf',
              content: Buffer.from(Array.from({ length: 4800 }, (_, at) => at % 251)),
              partSize: 2000,
            },
          ],
        },
      ),
    ends: 'BUNDLE_FILE_CHANGED',
    file: 'models/tiny.gguf.part001',
    whenRead: true,
  },
  {
    name: 'a root of one version with the signature of another',
    files: () => rotated(3, (files) => files.set('root.json', rootBytes({ ...chained(3), bundle: firstRoot.root }))),
    ends: 'SIGNATURE_INVALID',
    file: 'root.json.1.sig',
  },
  {
    name: 'a chain whose links come from two chains',
    files: () =>
      rotated(3, (files) =>
        putRoot(
          files,
          { ...chained(2), root: { keys: [chainKey(9)], threshold: 1 } },
          [chainKey(1), chainKey(9)],
          'root.2.json',
        ),
      ),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig, root.json.2.sig',
  },
  {
    name: 'an older link under a newer one’s name',
    files: () =>
      rotated(4, (files) => putRoot(files, chained(2), [chainKey(1), chainKey(2), chainKey(3)], 'root.3.json')),
    ends: 'ROOT_NOT_TRUSTED',
    file: 'root.3.json',
  },
];

const extraneous: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'a package that the list does not name',
    files: extra('packages/evil-1.0-py3-none-any.whl'),
    ends: 'BUNDLE_FILE_UNLISTED',
    file: 'packages/evil-1.0-py3-none-any.whl',
  },
  { name: 'an image blob that the list does not name', files: extra(blob), ends: 'BUNDLE_FILE_UNLISTED', file: blob },
  {
    name: 'a tool that the list does not name',
    files: extra('tools/airgap'),
    ends: 'BUNDLE_FILE_UNLISTED',
    file: 'tools/airgap',
  },
  {
    name: 'one part more than the list names',
    files: extra('models/tiny.gguf.part004'),
    ends: 'BUNDLE_FILE_UNLISTED',
    file: 'models/tiny.gguf.part004',
  },
  { name: 'a hidden file', files: extra('product/.hidden'), ends: 'BUNDLE_FILE_UNLISTED', file: 'product/.hidden' },
  {
    name: 'a package written into the list',
    files: () =>
      changed((files) => {
        files.set('packages/evil.whl', Buffer.from('x'));
        changeManifest(files, (manifest) =>
          manifest.files.push({ path: 'packages/evil.whl', size: 1, digest: `sha256:${'0'.repeat(64)}` }),
        );
      }),
    ends: 'SIGNATURE_INVALID',
  },
];

const mirrors: readonly Omit<AttackCase, 'goal'>[] = [
  { name: 'a medium without bundle.json', files: without('bundle.json'), ends: 'BUNDLE_NOT_FOUND' },
  { name: 'a medium without root.json', files: without('root.json'), ends: 'BUNDLE_FILE_MISSING', file: 'root.json' },
  { name: 'a partial bundle: a signature is missing', files: without('bundle.json.2.sig'), ends: 'THRESHOLD_NOT_MET' },
  {
    name: 'a partial bundle: a file is missing',
    files: without('product/product.yaml'),
    ends: 'BUNDLE_FILE_MISSING',
    file: 'product/product.yaml',
  },
  {
    name: 'a partial bundle: a part is missing',
    files: without('models/tiny.gguf.part002'),
    ends: 'BUNDLE_FILE_MISSING',
    file: 'models/tiny.gguf.part002',
  },
  {
    name: 'a partial bundle: a part was cut short',
    files: () => changed((files) => files.set('models/tiny.gguf.part003', Buffer.from('weig'))),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'models/tiny.gguf.part003',
  },
  {
    name: 'a partial bundle: all that is listed is missing',
    files: without('product/product.yaml', ...[1, 2, 3].map((n) => `models/tiny.gguf.part00${n}`)),
    ends: 'BUNDLE_FILE_MISSING',
  },
  {
    name: 'a partial chain: a rotation’s signatures are missing',
    files: () =>
      rotated(3, (files) => {
        for (const path of [...files.keys()]) if (path.startsWith('root.2.json.')) files.delete(path);
      }),
    ends: 'SIGNATURE_MISSING',
    file: 'root.2.json',
  },
  { name: 'none: the next stick, from another hand, is trusted', files: () => honest(), ends: 'trusted' },
];

const slow: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'a FIFO in a file’s place does not keep anybody waiting',
    files: () => honest(),
    prepare: fifo('product/product.yaml'),
    ends: 'BUNDLE_NOT_A_FILE',
    file: 'product/product.yaml',
  },
  {
    name: 'a FIFO in bundle.json’s place',
    files: () => honest(),
    prepare: fifo('bundle.json'),
    ends: 'BUNDLE_NOT_A_FILE',
    file: 'bundle.json',
  },
  {
    name: 'a FIFO in a signature’s place',
    files: () => honest(),
    prepare: fifo('bundle.json.1.sig'),
    ends: 'BUNDLE_NOT_A_FILE',
    file: 'bundle.json.1.sig',
  },
  {
    name: 'a FIFO in root.json’s place',
    files: () => honest(),
    prepare: fifo('root.json'),
    ends: 'BUNDLE_NOT_A_FILE',
    file: 'root.json',
  },
];

const wrong: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'none: the product that the site has',
    files: () => honest(),
    site: { expectedProduct: 'tiny' },
    ends: 'trusted',
  },
  {
    name: 'another product of the same vendor',
    files: () => honest(),
    site: { expectedProduct: 'big' },
    ends: 'PRODUCT_MISMATCH',
  },
  {
    name: 'a product whose name differs by case alone',
    files: () => honest({ manifest: { product: { name: 'Tiny', version: '1', title: 'Tiny' } } }),
    site: { expectedProduct: 'tiny' },
    ends: 'BUNDLE_FORMAT',
  },
  {
    name: 'a model whose entry is another file’s',
    files: () =>
      changed((files) => {
        changeManifest(files, (manifest) => {
          const [yaml] = manifest.files;
          manifest.models.push({
            id: 'tiny',
            path: 'models/tiny.gguf',
            size: yaml?.size ?? 0,
            digest: yaml?.digest ?? '',
          });
        });
        signDocument(files, 'bundle.json', bundleKeys.slice(0, 2));
      }),
    ends: 'BUNDLE_FORMAT',
    file: 'models/tiny.gguf',
  },
  {
    name: 'a folder that differs from a listed one by case alone',
    files: () => honest(),
    prepare: async (dir) => {
      await mkdir(join(dir, 'Product'));
      await run('touch', [join(dir, 'Product/product.yaml')]);
    },
    ends: 'BUNDLE_NAME_COLLISION',
  },
];

export const mediaCases: readonly AttackCase[] = [
  ...mixAndMatch.map((each) => ({ goal: 'Mix-and-match attacks' as const, ...each })),
  ...extraneous.map((each) => ({ goal: 'Extraneous dependencies attacks' as const, ...each })),
  ...mirrors.map((each) => ({ goal: 'Malicious mirrors preventing updates' as const, ...each })),
  ...slow.map((each) => ({ goal: 'Slow retrieval attacks' as const, ...each })),
  ...wrong.map((each) => ({ goal: 'Wrong software installation' as const, ...each })),
];
