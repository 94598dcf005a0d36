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
import { verifySignatureFiles } from './signature-files.ts';
import { requireThreshold } from './threshold.ts';

export interface VerifiedRoot {
  root: Root;
  digest: Digest;
  /** Who signed the step from the trusted root to this one; empty where they are the same document. */
  signers: Signer[];
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
 * The root to verify the bundle with: the medium's root.json, if it is the trusted document itself, or a later version
 * signed by the thresholds of both (TUF 5.3, "Update the root role": https://theupdateframework.github.io/specification/).
 *
 * Throws ROOT_FORMAT, ROOT_NOT_TRUSTED (neither the same nor a later version), and what signatures throw.
 */
export async function verifyRoot(
  media: Media,
  paths: readonly string[],
  trusted: { bytes: Buffer; file: string },
): Promise<VerifiedRoot> {
  const old = parseRoot(trusted.bytes, trusted.file);
  const bytes = await media.read('root.json', trustLimits.rootBytes);
  if (bytes.equals(trusted.bytes)) return { root: old, digest: sha256(bytes), signers: [] };
  const namespace = signatureNamespaces.root;
  const signatures = await verifySignatureFiles(media, paths, 'root.json', bytes, namespace);
  // TUF 5.3.4: first the keys we trust, before the new document is even parsed, then its own
  const signers = requireThreshold('root.json', 'root', old.roles.root, signatures);
  const root = parseRoot(bytes, 'root.json');
  // TUF 5.3.5: a rollback attack otherwise
  if (root.version <= old.version) {
    throw new InstallerError('ROOT_NOT_TRUSTED', {
      params: { file: 'root.json' },
      expected: `> ${old.version}`,
      found: root.version,
    });
  }
  const own = requireThreshold('root.json', 'root', root.roles.root, signatures);
  return { root, digest: sha256(bytes), signers: union(signers, own) };
}

function union(a: readonly Signer[], b: readonly Signer[]): Signer[] {
  return [...a, ...b.filter((signer) => !a.some((other) => other.fingerprint === signer.fingerprint))];
}
