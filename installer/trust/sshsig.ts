import { InstallerError } from '../base/errors.ts';
import { ed25519, SshReader, type SshsigHash, sshsigHashes, sshsigMagic } from '../base/ssh-wire.ts';
import { dearmor } from './armor.ts';

/** What a signature file says of itself; nothing of it is trusted before verify-signature.ts. */
export interface SshSignature {
  /** 32 bytes. */
  publicKey: Buffer;
  namespace: string;
  hash: SshsigHash;
  /** 64 bytes. */
  signature: Buffer;
}

/**
 * Parses an armored SSHSIG: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig. Ed25519 only.
 * Throws SIGNATURE_FORMAT naming `file`.
 */
export function parseSshSignature(armored: Buffer, file: string): SshSignature {
  const blob = dearmor(armored.toString('latin1'));
  if (blob === undefined) throw malformed(file, 'armor');
  try {
    return parseBlob(blob, file);
  } catch (error) {
    if (error instanceof RangeError) throw malformed(file, 'length', error);
    throw error;
  }
}

function parseBlob(blob: Buffer, file: string): SshSignature {
  const reader = new SshReader(blob);
  if (!reader.bytes(sshsigMagic.length).equals(sshsigMagic)) throw malformed(file, 'magic');
  const version = reader.uint32();
  if (version !== 1) throw malformed(file, 'version', undefined, 1, version);
  const publicKey = parseTyped(reader.string(), 32, file, 'public key');
  const namespace = reader.string().toString('utf8');
  // "reserved": "Implementations should ignore the reserved field if it is not empty."
  reader.string();
  const hashName = reader.string().toString('latin1');
  const hash = sshsigHashes.find((name) => name === hashName);
  if (hash === undefined) throw malformed(file, 'hash', undefined, sshsigHashes.join(', '), printable(hashName));
  const signature = parseTyped(reader.string(), 64, file, 'signature');
  if (reader.rest !== 0) throw malformed(file, 'trailing data');
  if (namespace === '') throw malformed(file, 'namespace');
  return { publicKey, namespace, hash, signature };
}

/** Public key and signature have the same form in RFC 8709 (sections 4 and 6): the key type, then its bytes. */
function parseTyped(blob: Buffer, length: number, file: string, what: string): Buffer {
  const reader = new SshReader(blob);
  const type = reader.string().toString('latin1');
  if (type !== ed25519) throw malformed(file, what, undefined, ed25519, printable(type));
  const value = reader.string();
  if (value.length !== length || reader.rest !== 0) throw malformed(file, what, undefined, length, value.length);
  return value;
}

/** What comes from a file nobody trusts is shown short and without control characters. */
export function printable(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function malformed(
  file: string,
  what: string,
  cause?: Error,
  expected?: string | number,
  found?: string | number,
): InstallerError {
  return new InstallerError('SIGNATURE_FORMAT', {
    params: { file, what },
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(cause === undefined ? {} : { cause }),
  });
}
