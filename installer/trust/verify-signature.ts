import { createPublicKey, verify } from 'node:crypto';
import { InstallerError } from '../base/errors.ts';
import { ed25519Blob, sshFingerprint, sshsigSignedData } from '../base/ssh-wire.ts';
import { parseSshSignature, printable } from './sshsig.ts';

/** SubjectPublicKeyInfo of an Ed25519 key up to the key's own 32 bytes (RFC 8410, section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface ValidSignature {
  file: string;
  /** 32 bytes. Valid means: this key signed. Whether the key counts is for the root to say (threshold.ts). */
  publicKey: Buffer;
  /** As `ssh-keygen -l` prints it. */
  fingerprint: string;
}

/**
 * Checks one armored SSHSIG over `message`. Throws SIGNATURE_FORMAT, SIGNATURE_NAMESPACE when it was made for another
 * kind of file, SIGNATURE_INVALID when the key it names did not sign these bytes.
 */
export function verifySignature(file: string, armored: Buffer, message: Uint8Array, namespace: string): ValidSignature {
  const parsed = parseSshSignature(armored, file);
  if (parsed.namespace !== namespace) {
    throw new InstallerError('SIGNATURE_NAMESPACE', {
      params: { file },
      expected: namespace,
      found: printable(parsed.namespace),
    });
  }
  const fingerprint = sshFingerprint(ed25519Blob(parsed.publicKey));
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, parsed.publicKey]), format: 'der', type: 'spki' });
  // RFC 8032: Ed25519 hashes for itself, hence no algorithm
  if (!verify(null, sshsigSignedData(namespace, parsed.hash, message), key, parsed.signature)) {
    throw new InstallerError('SIGNATURE_INVALID', { params: { file, fingerprint } });
  }
  return { file, publicKey: parsed.publicKey, fingerprint };
}
