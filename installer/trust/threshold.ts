import { InstallerError } from '../base/errors.ts';
import { ed25519Blob, sshFingerprint } from '../base/ssh-wire.ts';
import type { RoleThreshold, Signer } from '../ports/verified-bundle.ts';
import type { Role, RoleName } from './root-document.ts';
import type { ValidSignature } from './verify-signature.ts';

/**
 * The role's keys among the valid signatures, each counted once by its bytes, as signers. Signatures by other keys do not
 * count and do not hurt. Throws SIGNATURE_UNKNOWN_KEY when none counts, THRESHOLD_NOT_MET when too few do.
 */
export function requireThreshold(
  document: string,
  roleName: RoleName,
  role: Role,
  signatures: readonly ValidSignature[],
): Signer[] {
  const signed = role.keys.filter((key) => signatures.some((signature) => signature.publicKey.equals(key)));
  if (signed.length >= role.threshold) return asSigners(roleName, signed);
  const params = { file: document, role: roleName };
  if (signed.length > 0) {
    throw new InstallerError('THRESHOLD_NOT_MET', { params, expected: role.threshold, found: signed.length });
  }
  throw new InstallerError('SIGNATURE_UNKNOWN_KEY', {
    params: { file: signatures.map((signature) => signature.file).join(', '), role: roleName },
    expected: role.keys.map((key) => sshFingerprint(ed25519Blob(key))).join(', '),
    found: signatures.map((signature) => signature.fingerprint).join(', '),
  });
}

/** Every key of the root document's roles, whether it signed or not. */
export function keysOf({ root, bundle }: Record<RoleName, Role>): Signer[] {
  return [...asSigners('root', root.keys), ...asSigners('bundle', bundle.keys)];
}

function asSigners(role: RoleName, keys: readonly Buffer[]): Signer[] {
  return keys.map((key) => ({ role, fingerprint: sshFingerprint(ed25519Blob(key)) }));
}

/** What was asked of a role and found, to be shown. */
export function metThreshold(name: RoleName, { keys, threshold }: Role, signed: number): RoleThreshold {
  return { role: name, keys: keys.length, needed: threshold, signed };
}
