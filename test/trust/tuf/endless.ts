import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changeManifest, signDocument } from '../../fixtures/trust-medium.ts';
import { type AttackCase, bundleKeys, changed, honest, rotated } from './honest.ts';

const goal = 'Endless data attacks';
const grown = (path: string, bytes: number) => (dir: string) => truncate(join(dir, path), bytes);

/** More data than there may be; all files are sparse, and none is read beyond its bound. */
export const endlessCases: readonly AttackCase[] = [
  {
    goal,
    name: 'bundle.json of 1 TiB',
    files: () => honest(),
    prepare: grown('bundle.json', 2 ** 40),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'bundle.json',
  },
  {
    goal,
    name: 'root.json of 1 TiB',
    files: () => honest(),
    prepare: grown('root.json', 2 ** 40),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'root.json',
  },
  {
    goal,
    name: 'a signature of 1 TiB',
    files: () => honest(),
    prepare: grown('bundle.json.1.sig', 2 ** 40),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'bundle.json.1.sig',
  },
  {
    goal,
    name: 'a listed file of 1 TiB',
    files: () => honest(),
    prepare: grown('product/product.yaml', 2 ** 40),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'product/product.yaml',
  },
  {
    goal,
    name: 'a part of 1 TiB',
    files: () => honest(),
    prepare: grown('models/tiny.gguf.part001', 2 ** 40),
    ends: 'BUNDLE_FILE_SIZE',
    file: 'models/tiny.gguf.part001',
  },
  {
    goal,
    name: 'signatures without number',
    files: () =>
      changed((files) => {
        const signature = files.get('bundle.json.1.sig') ?? Buffer.alloc(0);
        for (let number = 3; number < 80; number++) files.set(`bundle.json.${number}.sig`, signature);
      }),
    ends: 'SIGNATURE_FORMAT',
    file: 'bundle.json',
  },
  {
    goal,
    name: 'rotations without number',
    files: () => rotated(70),
    ends: 'ROOT_NOT_TRUSTED',
    file: 'root.json',
  },
  {
    goal,
    name: 'folders within folders without end',
    files: () => honest(),
    prepare: async (dir) => {
      await mkdir(join(dir, 'x/'.repeat(60)), { recursive: true });
    },
    ends: 'BUNDLE_FORMAT',
  },
  {
    goal,
    name: 'a list of more files than a bundle may have, signed',
    files: () =>
      changed((files) => {
        changeManifest(files, (manifest) => {
          const [file] = manifest.files;
          manifest.files = Array.from({ length: 100_001 }, (_, index) => ({
            ...file,
            path: `x/${index}`,
            size: 1,
            digest: file?.digest ?? '',
          }));
        });
        signDocument(files, 'bundle.json', bundleKeys.slice(0, 2));
      }),
    ends: 'BUNDLE_FORMAT',
  },
  {
    goal,
    name: 'an unlisted file of 1 TiB',
    files: () => honest(),
    prepare: async (dir) => {
      await writeFile(join(dir, 'filler'), '');
      await truncate(join(dir, 'filler'), 2 ** 40);
    },
    ends: 'BUNDLE_FILE_UNLISTED',
    file: 'filler',
  },
];
