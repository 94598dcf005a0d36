import type { ErrorCode } from '../../../installer/contract/errors.ts';
import type { BundleManifest } from '../../../installer/contract/manifest.ts';
import type { VerifiedBundle } from '../../../installer/ports/verified-bundle.ts';
import type { VerifyOptions } from '../../../installer/trust/verify-bundle.ts';
import {
  bundleFiles,
  type Files,
  type MediumFields,
  rootBytes,
  signDocument,
  type TestRoot,
  testKey,
} from '../../fixtures/trust-medium.ts';

/** https://theupdateframework.github.io/specification/latest/#goals-to-protect-against-specific-attacks, in its words. */
export type AttackGoal =
  | 'Arbitrary installation attacks'
  | 'Endless data attacks'
  | 'Extraneous dependencies attacks'
  | 'Fast-forward attacks'
  | 'Indefinite freeze attacks'
  | 'Malicious mirrors preventing updates'
  | 'Mix-and-match attacks'
  | 'Rollback attacks'
  | 'Slow retrieval attacks'
  | 'Vulnerability to key compromises'
  | 'Wrong software installation';

export interface AttackCase {
  goal: AttackGoal;
  /** What the attacker does. */
  name: string;
  files: () => Files;
  /** root.json that the officer has; the first one by default. */
  root?: Buffer;
  site?: Pick<VerifyOptions, 'expectedProduct' | 'installedRelease' | 'sourceRelease' | 'knownRootVersion'>;
  /** What it must end with; `trusted` for the honest counterpart of an attack. */
  ends: ErrorCode | 'trusted';
  /** Of the error: the file that the message names. */
  file?: string;
  /** Where true, the refusal comes when the bytes are read. */
  whenRead?: boolean;
  /** Before verification, on the real folder. */
  prepare?: (dir: string) => Promise<void>;
  /** After verification. */
  inspect?: (bundle: VerifiedBundle) => void | Promise<void>;
}

export const keys = (role: string, count: number) =>
  Array.from({ length: count }, (_, index) => testKey(`${role}-${index + 1}`));

export const [rootKey, otherRootKey, thirdRootKey] = keys('root', 3) as [Key, Key, Key];
export const bundleKeys = keys('bundle', 3);
export const [bundleKey, secondBundleKey, thirdBundleKey] = bundleKeys as [Key, Key, Key];
export const stranger = testKey('stranger');
type Key = ReturnType<typeof testKey>;

/** One root key; bundles need two of three. */
export const firstRoot: TestRoot = {
  version: 1,
  root: { keys: [rootKey], threshold: 1 },
  bundle: { keys: bundleKeys, threshold: 2 },
};

export interface HonestFields extends Omit<MediumFields, 'manifest'> {
  manifest?: Partial<BundleManifest>;
  signers?: readonly Key[];
}

/** What a vendor with the first root would ship. */
export function honest({ signers = bundleKeys.slice(0, 2), ...fields }: HonestFields = {}): Files {
  const files = bundleFiles(fields);
  files.set('root.json', rootBytes(firstRoot));
  signDocument(files, 'root.json', [rootKey]);
  signDocument(files, 'bundle.json', signers);
  return files;
}

/** An honest medium, changed. */
export function changed(change: (files: Files) => void, fields: HonestFields = {}): Files {
  const files = honest(fields);
  change(files);
  return files;
}

/** Puts a root on the medium, signed by these keys; as root.json, or as root.N.json where it is one on the way there. */
export function putRoot(files: Files, root: TestRoot, signers: readonly Key[], document = 'root.json'): void {
  for (const path of [...files.keys()]) if (path.startsWith(`${document}.`)) files.delete(path);
  files.set(document, rootBytes(root));
  signDocument(files, document, signers);
}

/** An honest medium after some rotations of the root key: version N has key N and is signed by N - 1 and N. */
export function rotated(versions: number, change: (files: Files) => void = () => undefined): Files {
  const files = honest();
  for (let version = 2; version <= versions; version++) {
    const document = version === versions ? 'root.json' : `root.${version}.json`;
    putRoot(files, chained(version), [chainKey(version - 1), chainKey(version)], document);
  }
  change(files);
  return files;
}

export function chainKey(version: number): Key {
  return version === 1 ? rootKey : testKey(`chain-${version}`);
}

export function chained(version: number): TestRoot {
  return { ...firstRoot, version, root: { keys: [chainKey(version)], threshold: 1 } };
}
