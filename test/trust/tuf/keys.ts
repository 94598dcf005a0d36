import { rootBytes, signDocument, testKey } from '../../fixtures/trust-medium.ts';
import {
  type AttackCase,
  bundleKey,
  bundleKeys,
  chained,
  chainKey,
  changed,
  firstRoot,
  honest,
  otherRootKey,
  putRoot,
  rootKey,
  rotated,
  secondBundleKey,
  stranger,
  thirdBundleKey,
  thirdRootKey,
} from './honest.ts';

const goal = 'Vulnerability to key compromises';
const twoRootKeys = { ...firstRoot, root: { keys: [rootKey, otherRootKey], threshold: 2 } };
const officersRoot = (change: (document: { roles: { bundle: { keys: string[]; threshold: number } } }) => void) => {
  const document = JSON.parse(rootBytes(firstRoot).toString());
  change(document);
  return Buffer.from(JSON.stringify(document));
};

/** Stolen keys fewer than the threshold, revoked keys, and tricks to make one key look like two. */
export const keyCases: readonly AttackCase[] = [
  {
    goal,
    name: 'none: two of three have signed',
    files: () => honest({ signers: [bundleKey, thirdBundleKey] }),
    ends: 'trusted',
  },
  { goal, name: 'none: three of three have signed', files: () => honest({ signers: bundleKeys }), ends: 'trusted' },
  {
    goal,
    name: 'one key of three where two must sign',
    files: () => honest({ signers: [bundleKey] }),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'one key that signed twice',
    files: () => honest({ signers: [bundleKey, bundleKey] }),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'one key that signed under two names and with two hashes',
    files: () =>
      changed(
        (files) => {
          files.set('bundle.json.alice.sig', files.get('bundle.json.1.sig') ?? Buffer.alloc(0));
          files.set('bundle.json.bob.sig', files.get('bundle.json.1.sig') ?? Buffer.alloc(0));
        },
        { signers: [bundleKey] },
      ),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'one key and a stranger’s',
    files: () => honest({ signers: [bundleKey, stranger] }),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'one key and the root’s',
    files: () => honest({ signers: [bundleKey, rootKey] }),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'one key listed twice in the officer’s root',
    files: () => honest({ signers: [bundleKey, bundleKey] }),
    root: officersRoot(({ roles }) => roles.bundle.keys.splice(0, 3, bundleKey.line, bundleKey.line)),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'one key listed under two ids: with a comment behind it',
    files: () => honest({ signers: [bundleKey, bundleKey] }),
    root: officersRoot(({ roles }) => roles.bundle.keys.splice(0, 3, bundleKey.line, `${bundleKey.line} second`)),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'one key listed under two ids: with padding behind it',
    files: () => honest({ signers: [bundleKey, bundleKey] }),
    root: officersRoot(({ roles }) => roles.bundle.keys.splice(0, 3, bundleKey.line, `${bundleKey.line}==`)),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'a threshold of none',
    files: () => honest({ signers: [] }),
    root: officersRoot(({ roles }) => Object.assign(roles.bundle, { threshold: 0 })),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'a threshold that cannot be met',
    files: () => honest(),
    root: officersRoot(({ roles }) => Object.assign(roles.bundle, { threshold: 4 })),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'none: a chain of five roots, each signed by the one before',
    files: () => rotated(5),
    ends: 'trusted',
  },
  {
    goal,
    name: 'none: the same chain from its middle',
    files: () => rotated(5),
    root: rootBytes(chained(3)),
    ends: 'trusted',
  },
  {
    goal,
    name: 'a rotation that only the old keys signed',
    files: () => changed((files) => putRoot(files, chained(2), [chainKey(1)])),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig',
  },
  {
    goal,
    name: 'a rotation that only the new keys signed',
    files: () => changed((files) => putRoot(files, chained(2), [chainKey(2)])),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig',
  },
  {
    goal,
    name: 'a one-sided link in the middle of a chain',
    files: () => rotated(5, (files) => putRoot(files, chained(3), [chainKey(3)], 'root.3.json')),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.3.json.1.sig',
  },
  {
    goal,
    name: 'a rotation by a stolen bundle key',
    files: () => changed((files) => putRoot(files, chained(2), [bundleKey, chainKey(2)])),
    ends: 'SIGNATURE_UNKNOWN_KEY',
  },
  {
    goal,
    name: 'a rotation by one of two root keys where both must sign',
    files: () => changed((files) => putRoot(files, chained(2), [rootKey, chainKey(2)])),
    root: rootBytes(twoRootKeys),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'a rotation signed by enough old keys and too few new ones',
    files: () =>
      changed((files) =>
        putRoot(files, { ...firstRoot, version: 2, root: { keys: [otherRootKey, thirdRootKey], threshold: 2 } }, [
          rootKey,
          otherRootKey,
        ]),
      ),
    ends: 'THRESHOLD_NOT_MET',
  },
  {
    goal,
    name: 'a rotation with signatures made for bundles',
    files: () =>
      changed((files) => {
        putRoot(files, chained(2), []);
        signDocument(files, 'root.json', [chainKey(1), chainKey(2)], 'airgap-bundle');
      }),
    ends: 'SIGNATURE_NAMESPACE',
  },
  {
    goal,
    name: 'a bundle key that the newest root has revoked',
    files: () =>
      changed((files) =>
        putRoot(
          files,
          { ...chained(2), bundle: { keys: [testKey('bundle-4'), testKey('bundle-5'), thirdBundleKey], threshold: 2 } },
          [chainKey(1), chainKey(2)],
        ),
      ),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'bundle.json.1.sig, bundle.json.2.sig',
  },
  {
    goal,
    name: 'a root key revoked in the middle of a chain that signs the end of it',
    files: () => rotated(5, (files) => putRoot(files, chained(5), [chainKey(2), chainKey(5)])),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig, root.json.2.sig',
  },
  {
    goal,
    name: 'a root without a bundle role’s keys',
    files: () => honest(),
    root: officersRoot(({ roles }) => Object.assign(roles.bundle, { keys: [] })),
    ends: 'ROOT_FORMAT',
  },
  {
    goal,
    name: 'none: a stranger’s signature beside enough of the vendor’s hurts nobody',
    files: () => honest({ signers: [bundleKey, secondBundleKey, stranger] }),
    ends: 'trusted',
  },
];
