import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { InstallerError, systemCode } from '../installer/base/errors.ts';
import { ed25519Blob, sshFingerprint } from '../installer/base/ssh-wire.ts';
import { formatOpensshKey } from './signing/openssh-key.ts';
import { keyLine, publicBytes } from './signing/sign-key.ts';

export interface GeneratedKey {
  /** OpenSSH format, 0600, unencrypted. */
  privateFile: string;
  publicFile: string;
  /** `ssh-ed25519 AAAA…` */
  line: string;
  fingerprint: string;
}

/** Makes an Ed25519 key pair, as `ssh-keygen -t ed25519 -N ''` does. Never overwrites: OUTPUT_NOT_EMPTY. */
export async function generateKey(file: string, comment: string): Promise<GeneratedKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = publicBytes(privateKey);
  // the seed is the end of the PKCS #8 form (RFC 8410, section 7)
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const publicFile = `${file}.pub`;
  const line = keyLine(publicKey);
  await writeNew(file, formatOpensshKey({ seed, publicKey }, comment), 0o600);
  await writeNew(publicFile, `${line} ${comment}\n`, 0o644);
  return { privateFile: file, publicFile, line, fingerprint: sshFingerprint(ed25519Blob(publicKey)) };
}

async function writeNew(file: string, content: string, mode: number): Promise<void> {
  try {
    await writeFile(file, content, { mode, flag: 'wx', flush: true });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new InstallerError('OUTPUT_NOT_EMPTY', { params: { dir: file }, cause: error });
  }
}
