import { createHash } from 'node:crypto';

/** Hash algorithms that an SSHSIG may name (PROTOCOL.sshsig, section 2). */
export const sshsigHashes = ['sha512', 'sha256'] as const;
export type SshsigHash = (typeof sshsigHashes)[number];

/** Preamble of both the signature blob and the signed data (PROTOCOL.sshsig, sections 2 and 3). */
export const sshsigMagic = Buffer.from('SSHSIG');
export const ed25519 = 'ssh-ed25519';

export function sshUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string of RFC 4251, section 5: its length in four bytes, big endian, then its bytes. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([sshUint32(bytes.length), bytes]);
}

/** The public key blob of RFC 8709, section 4, from the 32 bytes of the key. */
export function ed25519Blob(key: Uint8Array): Buffer {
  return Buffer.concat([sshString(ed25519), sshString(key)]);
}

/** `SHA256:<base64 without padding>` over a public key blob, as `ssh-keygen -l` prints it. */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The bytes that an SSHSIG really signs: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig, 3. */
export function sshsigSignedData(namespace: string, hash: SshsigHash, message: Uint8Array): Buffer {
  return Buffer.concat([
    sshsigMagic,
    sshString(namespace),
    sshString(''),
    sshString(hash),
    sshString(createHash(hash).update(message).digest()),
  ]);
}

/** Reads RFC 4251 data front to back; every method throws RangeError beyond the end. */
export class SshReader {
  #offset = 0;
  readonly #data: Buffer;

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  bytes(count: number): Buffer {
    if (count > this.#data.length - this.#offset) throw new RangeError(`${count} bytes wanted at ${this.#offset}`);
    this.#offset += count;
    return this.#data.subarray(this.#offset - count, this.#offset);
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  get rest(): number {
    return this.#data.length - this.#offset;
  }
}
