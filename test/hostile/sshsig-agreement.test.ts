// needs: ssh-keygen
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { formatOpensshKey } from '../../bundles/signing/openssh-key.ts';
import { signSsh } from '../../bundles/signing/sshsig.ts';
import { InstallerError } from '../../installer/base/errors.ts';
import { dearmor } from '../../installer/trust/armor.ts';
import { verifySignature } from '../../installer/trust/verify-signature.ts';
import { testKey } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { brokenArmor, laxArmor } from './signatures/armor-vectors.ts';
import { fieldVectors, laxFields } from './signatures/field-vectors.ts';
import { askSshKeygen, type Question, signWithSshKeygen } from './signatures/ssh-keygen.ts';
import { armor, sigBlob } from './signatures/sshsig-parts.ts';

const workDir = workDirs();
const key = testKey('bundle-1');
const namespace = 'airgap-bundle';
const message = Buffer.from('what is signed\n');

interface Vector extends Question {
  name: string;
  ours: boolean;
}

/** Ours: the signature holds and its key is one of those allowed (which in a bundle the root's threshold decides). */
function weAccept({ signature, message: over, namespace: space, allowed }: Question): boolean {
  try {
    const { publicKey } = verifySignature('x.sig', Buffer.from(signature), over, space);
    return allowed.some((line) =>
      Buffer.from(line.split(' ')[1] ?? '', 'base64')
        .subarray(-32)
        .equals(publicKey),
    );
  } catch (error) {
    if (error instanceof InstallerError) return false;
    throw error;
  }
}

function vector(name: string, signature: string | Buffer, change: Partial<Question> = {}): Vector {
  const question = { signature, message, namespace, allowed: [key.line], ...change };
  return { ...question, name, ours: weAccept(question) };
}

/** Signed by us, right and with one thing wrong each. */
function signedByUs(): Vector[] {
  const vectors: Vector[] = [];
  const messages = ['', 'x', 'what is signed\n', 'ü\0\r\n', 'y'.repeat(1_000_000)].map((text) => Buffer.from(text));
  for (const space of ['airgap-bundle', 'airgap-root', 'file', 'a', 'name with blanks', 'имя']) {
    for (const [index, over] of messages.entries()) {
      for (const hash of ['sha512', 'sha256']) {
        const signature = armor(sigBlob(key, over, space, { hash }));
        vectors.push(vector(`${space}, message ${index}, ${hash}`, signature, { message: over, namespace: space }));
      }
      const signature = signSsh(key, space, over);
      const wrong = { message: Buffer.concat([over, Buffer.from([0])]), namespace: space };
      vectors.push(vector(`${space}, message ${index} with one byte more`, signature, wrong));
      vectors.push(
        vector(`${space}, message ${index}, asked for as another`, signature, { message: over, namespace: 'other' }),
      );
    }
  }
  const stranger = testKey('stranger').line;
  const good = signSsh(key, namespace, message);
  vectors.push(vector('a key that nobody allowed', good, { allowed: [stranger] }));
  vectors.push(vector('one key of several that are allowed', good, { allowed: [stranger, key.line] }));
  vectors.push(vector('nobody allowed', good, { allowed: [] }));
  vectors.push(vector('a reserved field with content', armor(sigBlob(key, message, namespace, { reserved: 'x' }))));
  for (const width of [1, 60, 64, 76])
    vectors.push(vector(`lines of ${width}`, armor(sigBlob(key, message, namespace), width)));
  return vectors;
}

function oneByteChanged(): Vector[] {
  const blob = sigBlob(key, message, namespace);
  return Array.from({ length: Math.ceil(blob.length / 2) }, (_, index) => {
    const copy = Buffer.from(blob);
    copy[index * 2] = (copy[index * 2] ?? 0) ^ (1 << (index % 8));
    return vector(`byte ${index * 2} changed`, armor(copy));
  });
}

async function signedByThem(): Promise<Vector[]> {
  const dir = await workDir();
  const seed = createHash('sha256').update('bundle-1').digest();
  await writeFile(join(dir, 'key'), formatOpensshKey({ seed, publicKey: key.publicKey }, 'x'), { mode: 0o600 });
  const vectors: Vector[] = [];
  for (const hash of ['sha256', 'sha512'] as const) {
    for (const space of ['airgap-bundle', 'airgap-root', 'file', 'x y']) {
      const signature = await signWithSshKeygen(join(dir, 'key'), message, space, hash);
      vectors.push(vector(`signed by ssh-keygen: ${space}, ${hash}`, signature, { namespace: space }));
    }
  }
  return vectors;
}

/** Keys of other kinds: right signatures, but bundles are signed with Ed25519 alone. */
async function otherKinds(): Promise<Vector[]> {
  const dir = await workDir();
  const vectors: Vector[] = [];
  for (const [kind, bits] of [
    ['ecdsa', '256'],
    ['ecdsa', '521'],
    ['rsa', '3072'],
  ] as const) {
    const file = join(dir, `${kind}-${bits}`);
    await execa('ssh-keygen', ['-q', '-t', kind, '-b', bits, '-N', '', '-C', '', '-f', file]);
    const signature = await signWithSshKeygen(file, message, namespace, 'sha512');
    const { stdout } = await execa('ssh-keygen', ['-y', '-f', file]);
    vectors.push(vector(`a key of the kind ${kind}-${bits}`, signature, { allowed: [stdout.trim()] }));
  }
  return vectors;
}

/** Vectors on which we are stricter by intent; everything else must be the same on both sides. */
const stricter = (): Vector[] => {
  const good = signSsh(key, namespace, message);
  return [
    ...laxArmor.map(([name, change]) => vector(`armor: ${name}`, change(good))),
    ...laxFields.map(([name, fields]) => vector(name, armor(sigBlob(key, message, namespace, fields)))),
  ];
};

let vectors: Vector[] = [];
let strict: Vector[] = [];
beforeAll(async () => {
  const good = signSsh(key, namespace, message);
  vectors = [
    ...signedByUs(),
    ...oneByteChanged(),
    ...(await signedByThem()),
    ...fieldVectors.map(([name, fields]) => vector(name, armor(sigBlob(key, message, namespace, fields)))),
    ...brokenArmor.map(([name, change]) => vector(`armor: ${name}`, change(good))),
  ];
  strict = [...stricter(), ...(await otherKinds())];
});

it('our verifier and ssh-keygen agree', async () => {
  const theirs = await askSshKeygen(vectors);
  const disagreements = vectors
    .filter(({ ours }, index) => ours !== theirs[index])
    .map(({ name, ours }) => `${name}: we say ${ours}`);
  const valid = theirs.filter((verdict) => verdict).length;
  console.log(
    `our verifier and ssh-keygen -Y verify: agree on ${vectors.length - disagreements.length} of ${vectors.length} vectors ` +
      `(${valid} valid, ${vectors.length - valid} not), ${disagreements.length} disagreements`,
  );
  expect(disagreements).toEqual([]);
  expect(vectors.length).toBeGreaterThanOrEqual(200);
  expect(valid).toBeGreaterThanOrEqual(60);
});

it('where we are stricter by intent, we refuse what ssh-keygen takes', async () => {
  const theirs = await askSshKeygen(strict);
  const taken = strict.filter(({ ours }) => ours).map(({ name }) => name);
  const lax = theirs.filter((verdict) => verdict).length;
  console.log(
    `stricter than ssh-keygen by intent: ${strict.length - taken.length} of ${strict.length} (this ssh-keygen takes ${lax}):`,
  );
  for (const { name } of strict) console.log(`  ${name}`);
  expect(taken).toEqual([]);
  // a later ssh-keygen may refuse some of them too, which is agreement
  expect(lax).toBeGreaterThan(strict.length / 2);
});

it('the armor that we refuse holds nothing else than the good one', () => {
  // what stands in a lax armor is the same signature: refusing it costs nobody a bundle, it is only written otherwise
  const good = dearmor(signSsh(key, namespace, message));
  expect(good?.equals(sigBlob(key, message, namespace))).toBe(true);
});
