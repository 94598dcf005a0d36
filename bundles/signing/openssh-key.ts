import { randomBytes } from 'node:crypto';
import { ed25519, ed25519Blob, SshReader, sshString, sshUint32 } from '../../installer/base/ssh-wire.ts';

/** https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
const magic = Buffer.from('openssh-key-v1\0');
const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
const end = '-----END OPENSSH PRIVATE KEY-----';

/** The cipher block that padding fills up to; 8 where there is no cipher (PROTOCOL.key, section 3). */
const blockSize = 8;

export interface Ed25519Pair {
  /** 32 bytes, RFC 8032. */
  seed: Buffer;
  /** 32 bytes. */
  publicKey: Buffer;
}

export function isOpensshKey(text: string): boolean {
  return text.startsWith(begin);
}

/** An unencrypted Ed25519 key in OpenSSH's format; RangeError or TypeError (what is wrong) for everything else. */
export function parseOpensshKey(text: string): Ed25519Pair & { comment: string } {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.at(0) !== begin || lines.at(-1) !== end) throw new TypeError('armor');
  const outer = new SshReader(Buffer.from(lines.slice(1, -1).join(''), 'base64'));
  if (!outer.bytes(magic.length).equals(magic)) throw new TypeError('magic');
  const cipher = outer.string().toString('latin1');
  const kdf = outer.string().toString('latin1');
  outer.string();
  if (cipher !== 'none' || kdf !== 'none') throw new TypeError('encrypted');
  if (outer.uint32() !== 1) throw new TypeError('more than one key');
  const publicBlob = outer.string();
  const inner = new SshReader(outer.string());
  if (outer.rest !== 0) throw new TypeError('trailing data');
  const check = inner.uint32();
  if (inner.uint32() !== check) throw new TypeError('checkint');
  const type = inner.string().toString('latin1');
  if (type !== ed25519) throw new TypeError(`type ${type}`);
  const publicKey = inner.string();
  const secret = inner.string();
  const comment = inner.string().toString('utf8');
  const padding = inner.bytes(inner.rest);
  if (padding.some((byte, index) => byte !== index + 1)) throw new TypeError('padding');
  // the private key is the seed followed by the public key
  if (secret.length !== 64 || !secret.subarray(32).equals(publicKey)) throw new TypeError('key');
  if (!publicBlob.equals(ed25519Blob(publicKey))) throw new TypeError('public key');
  return { seed: secret.subarray(0, 32), publicKey, comment };
}

/** The same format, written. */
export function formatOpensshKey({ seed, publicKey }: Ed25519Pair, comment: string): string {
  const check = randomBytes(4);
  const fields = Buffer.concat([
    check,
    check,
    sshString(ed25519),
    sshString(publicKey),
    sshString(Buffer.concat([seed, publicKey])),
    sshString(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: -fields.length & (blockSize - 1) }, (_, index) => index + 1));
  const blob = Buffer.concat([
    magic,
    sshString('none'),
    sshString('none'),
    sshString(''),
    sshUint32(1),
    sshString(ed25519Blob(publicKey)),
    sshString(Buffer.concat([fields, padding])),
  ]);
  return [begin, ...wrap(blob.toString('base64')), end, ''].join('\n');
}

/** Lines of 70 characters, as OpenSSH writes them. */
export function wrap(base64: string): string[] {
  return base64.match(/.{1,70}/g) ?? [];
}
