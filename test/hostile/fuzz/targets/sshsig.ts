import { createPrivateKey, sign } from 'node:crypto';
import { fromSeed, publicBytes } from '../../../../bundles/signing/sign-key.ts';
import {
  ed25519,
  ed25519Blob,
  sshString,
  sshsigMagic,
  sshsigSignedData,
  sshUint32,
} from '../../../../installer/base/ssh-wire.ts';
import { dearmor } from '../../../../installer/trust/armor.ts';
import { verifySignature } from '../../../../installer/trust/verify-signature.ts';
import type { Random } from '../../../fixtures/random.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { unlessRefused } from '../refused.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const namespace = 'airgap-bundle';
const message = Buffer.from('what is signed');
const privateKey = createPrivateKey(fromSeed(Buffer.alloc(32, 7)).export({ format: 'pem', type: 'pkcs8' }));
const publicKey = publicBytes(privateKey);

/** The fields of a blob (PROTOCOL.sshsig, section 2), each as its bytes. */
function goodFields(hash: 'sha256' | 'sha512'): Buffer[] {
  const signature = sign(null, sshsigSignedData(namespace, hash, message), privateKey);
  return [
    sshsigMagic,
    sshUint32(1),
    sshString(ed25519Blob(publicKey)),
    sshString(namespace),
    sshString(''),
    sshString(hash),
    sshString(Buffer.concat([sshString(ed25519), sshString(signature)])),
  ];
}

const good = [goodFields('sha512'), goodFields('sha256')];
const valid = good.map(withoutReserved);
const texts = good.map((fields) => Buffer.from(armor(Buffer.concat(fields))));

export const sshsigTarget = async (): Promise<FuzzTarget> => ({
  name: 'sshsig',
  make(random) {
    if (random.chance(0.3)) return mutateBytes(random, random.pick(texts), texts);
    const fields = mutateFields(random, random.pick(good));
    const blob = Buffer.concat(fields);
    const text = Buffer.from(armor(random.chance(0.2) ? mutateBytes(random, blob) : blob));
    return random.chance(0.1) ? mutateBytes(random, text) : text;
  },
  read(input) {
    const taken = unlessRefused(() => verifySignature('x.sig', input, message, namespace));
    if (taken === undefined) return;
    const blob = dearmor(input.toString('latin1')) ?? Buffer.alloc(0);
    if (!valid.some((known) => known.equals(withoutReservedBlob(blob))))
      throw new Unsound('another signature was taken');
  },
});

function mutateFields(random: Random, fields: readonly Buffer[]): Buffer[] {
  const mutated = [...fields];
  const at = random.below(mutated.length);
  const field = mutated[at] ?? Buffer.alloc(0);
  const kind = random.below(6);
  if (kind === 0) mutated.splice(at, 1);
  else if (kind === 1) mutated.splice(at, 0, field);
  else if (kind === 2)
    mutated[at] = sshString(random.pick(['', 'sha1', 'SHA512', 'ssh-rsa', namespace, 'file', 'x'.repeat(300)]));
  else if (kind === 3) mutated[at] = Buffer.concat([field, random.bytes(random.below(4))]);
  else mutated[at] = mutateBytes(random, field);
  return mutated;
}

/** The reserved field is ignored by the protocol, so it may differ in what is rightly taken. */
function withoutReserved(fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields.filter((_, index) => index !== 4));
}

function withoutReservedBlob(blob: Buffer): Buffer {
  let offset = sshsigMagic.length + 4;
  for (let field = 2; field < 4; field++) offset += 4 + blob.readUInt32BE(offset);
  return Buffer.concat([blob.subarray(0, offset), blob.subarray(offset + 4 + blob.readUInt32BE(offset))]);
}

function armor(blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}
