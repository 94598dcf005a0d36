import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { InstallerError } from '../../installer/base/errors.ts';
import { ed25519, ed25519Blob, sshFingerprint } from '../../installer/base/ssh-wire.ts';
import { readSmallFile } from '../writing/read-small.ts';
import { isOpensshKey, parseOpensshKey } from './openssh-key.ts';

export interface SignKey {
  /** Where it came from, for messages; never its content. */
  file: string;
  privateKey: KeyObject;
  /** 32 bytes. */
  publicKey: Buffer;
  /** `ssh-ed25519 AAAA…`, as root.json lists it. */
  line: string;
  fingerprint: string;
}

/** PKCS #8 of an Ed25519 private key up to its 32 bytes (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const maxKeyBytes = 16 * 1024;

/** Reads an unencrypted Ed25519 private key: OpenSSH's format or PKCS #8 PEM. Throws SIGN_KEY_UNUSABLE. */
export async function readSignKey(file: string): Promise<SignKey> {
  try {
    const text = (await readSmallFile(file, maxKeyBytes)).toString('utf8');
    const privateKey = isOpensshKey(text) ? fromSeed(parseOpensshKey(text).seed) : createPrivateKey(text);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError(`type ${privateKey.asymmetricKeyType}`);
    const publicKey = publicBytes(privateKey);
    return {
      file,
      privateKey,
      publicKey,
      line: keyLine(publicKey),
      fingerprint: sshFingerprint(ed25519Blob(publicKey)),
    };
  } catch (error) {
    throw new InstallerError('SIGN_KEY_UNUSABLE', {
      params: { file },
      expected: 'an unencrypted Ed25519 private key (OpenSSH or PKCS #8 PEM)',
      cause: error,
    });
  }
}

export function fromSeed(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

export function publicBytes(privateKey: KeyObject): Buffer {
  // the last 32 bytes of the SubjectPublicKeyInfo (RFC 8410, section 4)
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

export function keyLine(publicKey: Buffer): string {
  return `${ed25519} ${ed25519Blob(publicKey).toString('base64')}`;
}

/** `ssh-ed25519 AAAA…` without its comment, from a .pub file or from such a line itself. Throws SIGN_KEY_UNUSABLE. */
export async function readPublicKeyLine(fileOrLine: string): Promise<string> {
  const text = fileOrLine.startsWith(`${ed25519} `) ? fileOrLine : await readPublicFile(fileOrLine);
  const [type, base64] = text.trim().split(/\s+/);
  if (type !== ed25519 || base64 === undefined) {
    throw new InstallerError('SIGN_KEY_UNUSABLE', { params: { file: fileOrLine }, expected: ed25519 });
  }
  return `${type} ${base64}`;
}

async function readPublicFile(file: string): Promise<string> {
  try {
    return (await readSmallFile(file, maxKeyBytes)).toString('utf8');
  } catch (error) {
    throw new InstallerError('SIGN_KEY_UNUSABLE', { params: { file }, expected: ed25519, cause: error });
  }
}
