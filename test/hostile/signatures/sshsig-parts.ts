import { createHash, sign } from 'node:crypto';
import type { SignKey } from '../../../bundles/signing/sign-key.ts';
import { ed25519, ed25519Blob, sshString, sshsigMagic, sshUint32 } from '../../../installer/base/ssh-wire.ts';

/**
 * An SSHSIG field by field, each as it stands in the blob; what is not given is right. The signature is always made over what
 * the fields say, so that nothing but the field itself is wrong.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export interface SigFields {
  magic?: Buffer;
  version?: number;
  /** Public key blob, without its length. */
  key?: Buffer;
  namespace?: string | Buffer;
  reserved?: string;
  hash?: string;
  /** Signature blob, without its length. */
  signature?: Buffer;
  /** Changes the 64 bytes of the signature. */
  raw?: (signature: Buffer) => Buffer;
  /** What is signed beside the blob's own reserved field. */
  signedReserved?: string;
  trailing?: Buffer;
}

export function sigBlob(key: SignKey, message: Uint8Array, namespace: string, fields: SigFields = {}): Buffer {
  const { magic = sshsigMagic, version = 1, reserved = '', hash = 'sha512', raw = (bytes) => bytes } = fields;
  const space = fields.namespace ?? namespace;
  const digest = createHash(['sha256', 'sha512'].includes(hash) ? hash : 'sha512')
    .update(message)
    .digest();
  const signed = Buffer.concat([
    sshsigMagic,
    sshString(space),
    sshString(fields.signedReserved ?? ''),
    sshString(hash),
    sshString(digest),
  ]);
  const signature =
    fields.signature ?? Buffer.concat([sshString(ed25519), sshString(raw(sign(null, signed, key.privateKey)))]);
  return Buffer.concat([
    magic,
    sshUint32(version),
    sshString(fields.key ?? ed25519Blob(key.publicKey)),
    sshString(space),
    sshString(reserved),
    sshString(hash),
    sshString(signature),
    fields.trailing ?? Buffer.alloc(0),
  ]);
}

export const beginLine = '-----BEGIN SSH SIGNATURE-----';
export const endLine = '-----END SSH SIGNATURE-----';

/** As `ssh-keygen` writes it. */
export function armor(blob: Uint8Array, width = 70): string {
  const lines =
    Buffer.from(blob)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return [beginLine, ...lines, endLine, ''].join('\n');
}

/** The group's order (RFC 8032, section 5.1): S + L is the same signature to who does not check S < L. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

export function malleated(signature: Buffer): Buffer {
  let s = 0n;
  for (let at = 63; at >= 32; at--) s = s * 256n + BigInt(signature[at] ?? 0);
  let sum = s + order;
  const copy = Buffer.from(signature);
  for (let at = 32; at < 64; at++) {
    copy[at] = Number(sum & 255n);
    sum >>= 8n;
  }
  return copy;
}
