import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { InstallerError, systemCode } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Digest } from '../contract/digest.ts';
import { signatureNamespaces } from '../contract/manifest.ts';
import type { Media } from '../ports/media.ts';
import type { Signer } from '../ports/verified-bundle.ts';
import { trustLimits } from './limits.ts';
import { parseRoot, type Root } from './root-document.ts';
import { type SignedDocument, verifySignatureFiles } from './signature-files.ts';
import { requireThreshold } from './threshold.ts';

export interface VerifiedRoot {
  root: Root;
  bytes: Buffer;
  digest: Digest;
  /** Who signed the step from the trusted root to this one; empty where they are the same document. */
  signers: Signer[];
  /** Version of the officer's own document, where the rotations began. */
  givenVersion: number;
  givenDigest: Digest;
  /** How many of this root's own keys signed it; null: it is the officer's document and needs no signature. */
  signed: number | null;
}

/** The officer's own root file. Throws ROOT_MISSING, ROOT_FORMAT. */
export async function readTrustedRoot(file: string): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    throw new InstallerError('ROOT_MISSING', { params: { file }, cause: error });
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > trustLimits.rootBytes) {
      throw new InstallerError('ROOT_FORMAT', { params: { file, what: 'size' }, expected: trustLimits.rootBytes });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * The root to verify the bundle with: the medium's root.json, if it is the trusted document itself, or where rotations lead
 * from there (TUF 5.3, "Update the root role": https://theupdateframework.github.io/specification/latest/#update-root). Each
 * version is signed by the thresholds of the one before and of its own, and none is left out; a medium that is more than one
 * ahead carries those between as root.N.json.
 *
 * Throws ROOT_FORMAT, ROOT_NOT_TRUSTED (neither the same nor the next version), and what signatures throw.
 */
export async function verifyRoot(
  media: Media,
  paths: readonly string[],
  trusted: { bytes: Buffer; file: string },
): Promise<VerifiedRoot> {
  const given = parseRoot(trusted.bytes, trusted.file);
  let current: VerifiedRoot = {
    root: given,
    bytes: trusted.bytes,
    digest: sha256(trusted.bytes),
    signers: [],
    givenVersion: given.version,
    givenDigest: sha256(trusted.bytes),
    signed: null,
  };
  const last = await media.read('root.json', trustLimits.rootBytes);
  for (let steps = 0; !last.equals(current.bytes); steps++) {
    if (steps === trustLimits.rootRotations)
      throw notTrusted('root.json', `<= ${trustLimits.rootRotations}`, steps + 1);
    const next = `root.${current.root.version + 1}.json` as const;
    const between = paths.includes(next);
    const document = between ? next : 'root.json';
    const bytes = between ? await media.read(next, trustLimits.rootBytes) : last;
    current = await rotate(media, paths, current, { document, bytes });
  }
  return current;
}

async function rotate(
  media: Media,
  paths: readonly string[],
  { root: old, signers: before, givenVersion, givenDigest }: VerifiedRoot,
  { document, bytes }: { document: SignedDocument; bytes: Buffer },
): Promise<VerifiedRoot> {
  const signatures = await verifySignatureFiles(media, paths, document, bytes, signatureNamespaces.root);
  // TUF 5.3.4: first the keys we trust, before the new document is even parsed, then its own
  const signers = requireThreshold(document, 'root', old.roles.root, signatures);
  const root = parseRoot(bytes, document);
  // TUF 5.3.5: exactly the next version; an older one is a rollback, a later one a fast-forward
  if (root.version !== old.version + 1) throw notTrusted(document, String(old.version + 1), root.version);
  const own = requireThreshold(document, 'root', root.roles.root, signatures);
  return {
    root,
    bytes,
    digest: sha256(bytes),
    signers: [before, signers, own].reduce(union),
    givenVersion,
    givenDigest,
    signed: own.length,
  };
}

function notTrusted(file: string, expected: string, found: number): InstallerError {
  return new InstallerError('ROOT_NOT_TRUSTED', { params: { file }, expected, found });
}

function union(a: readonly Signer[], b: readonly Signer[]): Signer[] {
  return [...a, ...b.filter((signer) => !a.some((other) => other.fingerprint === signer.fingerprint))];
}
