import { sign } from 'node:crypto';
import {
  ed25519,
  ed25519Blob,
  sshString,
  sshsigMagic,
  sshsigSignedData,
  sshUint32,
} from '../../installer/base/ssh-wire.ts';
import { wrap } from './openssh-key.ts';
import type { SignKey } from './sign-key.ts';

/**
 * An armored SSHSIG over `message`, byte for byte what `ssh-keygen -Y sign -n NAMESPACE` writes (Ed25519 signatures are
 * deterministic): https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function signSsh(key: SignKey, namespace: string, message: Uint8Array): string {
  const signature = sign(null, sshsigSignedData(namespace, 'sha512', message), key.privateKey);
  const blob = Buffer.concat([
    sshsigMagic,
    sshUint32(1),
    sshString(ed25519Blob(key.publicKey)),
    sshString(namespace),
    sshString(''),
    sshString('sha512'),
    sshString(Buffer.concat([sshString(ed25519), sshString(signature)])),
  ]);
  return ['-----BEGIN SSH SIGNATURE-----', ...wrap(blob.toString('base64')), '-----END SSH SIGNATURE-----', ''].join(
    '\n',
  );
}
