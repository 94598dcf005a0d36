import { rootBytes, signDocument } from '../../fixtures/trust-medium.ts';
import { type AttackCase, bundleKey, changed, firstRoot, honest, putRoot, rootKey, stranger } from './honest.ts';

const goal = 'Arbitrary installation attacks';
const strangersRoot = {
  version: 1,
  root: { keys: [stranger], threshold: 1 },
  bundle: { keys: [stranger], threshold: 1 },
};

function unsigned(files: ReturnType<typeof honest>): void {
  for (const path of [...files.keys()]) if (path.startsWith('bundle.json.')) files.delete(path);
}

/** Anything an attacker would like to have installed. */
export const arbitraryCases: readonly AttackCase[] = [
  { goal, name: 'none: what the vendor signed is trusted', files: () => honest(), ends: 'trusted' },
  { goal, name: 'a bundle that nobody signed', files: () => changed(unsigned), ends: 'SIGNATURE_MISSING' },
  {
    goal,
    name: 'a bundle that a stranger signed',
    files: () => honest({ signers: [stranger] }),
    ends: 'SIGNATURE_UNKNOWN_KEY',
  },
  {
    goal,
    name: 'a stranger’s bundle with his own root beside it',
    files: () => changed((files) => putRoot(files, strangersRoot, [stranger]), { signers: [stranger] }),
    ends: 'SIGNATURE_UNKNOWN_KEY',
  },
  {
    goal,
    name: 'a stranger’s root of the next version, signed by himself',
    files: () =>
      changed((files) => putRoot(files, { ...strangersRoot, version: 2 }, [stranger]), { signers: [stranger] }),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig',
  },
  {
    goal,
    name: 'the list changed after it was signed',
    files: () =>
      changed((files) =>
        files.set('bundle.json', Buffer.concat([files.get('bundle.json') ?? rootBytes(firstRoot), Buffer.from(' ')])),
      ),
    ends: 'SIGNATURE_INVALID',
  },
  {
    goal,
    name: 'root.json in the place of bundle.json, with its own valid signature',
    files: () =>
      changed((files) => {
        unsigned(files);
        files.set('bundle.json', rootBytes(firstRoot));
        files.set('bundle.json.1.sig', files.get('root.json.1.sig') ?? Buffer.alloc(0));
      }),
    ends: 'SIGNATURE_NAMESPACE',
  },
  {
    goal,
    name: 'a signature that the vendor made over a file of another kind',
    files: () => changed((files) => signDocument(files, 'bundle.json', [bundleKey], 'file')),
    ends: 'SIGNATURE_NAMESPACE',
  },
  {
    goal,
    name: 'the root key’s signature over a bundle',
    files: () => honest({ signers: [rootKey] }),
    ends: 'SIGNATURE_UNKNOWN_KEY',
  },
  {
    goal,
    name: 'other weights of the same size',
    files: () => changed((files) => files.set('models/tiny.gguf.part002', Buffer.alloc(2000, 'other'))),
    ends: 'BUNDLE_FILE_CHANGED',
    file: 'models/tiny.gguf.part002',
    whenRead: true,
  },
  {
    goal,
    name: 'another product definition of the same size',
    files: () => changed((files) => files.set('product/product.yaml', Buffer.from('name: evil\n'))),
    ends: 'BUNDLE_FILE_CHANGED',
    file: 'product/product.yaml',
    whenRead: true,
  },
];
