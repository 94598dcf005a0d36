// needs: ssh-keygen
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateKey } from '../../bundles/keygen.ts';
import { readSignKey, type SignKey } from '../../bundles/signing/sign-key.ts';
import { signSsh } from '../../bundles/signing/sshsig.ts';
import { verifySignature } from '../../installer/trust/verify-signature.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { workDirs } from '../fixtures/work-dir.ts';

// needs Debian's openssh-client; without it these tests fail with ENOENT, as they should
const run = promisify(execFile);
const workDir = workDirs();
const namespace = 'airgap-bundle';
const message = Buffer.from('what is signed\n');

let dir: string;
let key: SignKey;
let theirKey: string;

beforeAll(async () => {
  dir = await workDir();
  await generateKey(join(dir, 'ours'), 'ours');
  key = await readSignKey(join(dir, 'ours'));
  theirKey = join(dir, 'theirs');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'theirs', '-f', theirKey]);
  await writeFile(join(dir, 'message'), message);
});

async function sshKeygenSigns(keyFile: string, options: string[] = [], space = namespace): Promise<Buffer> {
  const file = join(dir, `signed-${Math.random().toString(36).slice(2)}`);
  await writeFile(file, message);
  await run('ssh-keygen', ['-Y', 'sign', '-q', '-n', space, ...options, '-f', keyFile, file]);
  return readFile(`${file}.sig`);
}

/** What `ssh-keygen -Y verify` thinks, for any signer that it is told of. */
async function sshKeygenAccepts(signature: string | Buffer, over: Buffer, lines: string[]): Promise<boolean> {
  const name = Math.random().toString(36).slice(2);
  await writeFile(join(dir, `${name}.sig`), signature);
  await writeFile(join(dir, `${name}.allowed`), lines.map((line) => `vendor ${line}\n`).join(''));
  const args = ['-Y', 'verify', '-f', `${name}.allowed`, '-I', 'vendor', '-n', namespace, '-s', `${name}.sig`];
  // It may refuse before it has read its input: that is no failure of ours (execa ignores EPIPE there).
  const { exitCode, cause } = await execa('ssh-keygen', args, { cwd: dir, input: over, reject: false });
  // any other end (no ssh-keygen, a signal) is not a verdict
  if (exitCode !== 0 && exitCode !== 255) throw cause ?? new Error(`ssh-keygen ended with ${exitCode}`);
  return exitCode === 0;
}

function weAccept(signature: string | Buffer, over: Buffer): boolean {
  try {
    verifySignature('x.sig', Buffer.from(signature), over, namespace);
    return true;
  } catch {
    return false;
  }
}

describe('SSHSIG together with ssh-keygen', () => {
  it('verifies what ssh-keygen signs, with sha512 and with sha256', async () => {
    const { stdout } = await run('ssh-keygen', ['-l', '-f', theirKey]);
    for (const options of [[], ['-O', 'hashalg=sha256']]) {
      const signature = await sshKeygenSigns(theirKey, options);
      const valid = verifySignature('x.sig', signature, message, namespace);
      expect(stdout).toContain(` ${valid.fingerprint} `);
    }
  });

  it('signs what ssh-keygen verifies', async () => {
    expect(await sshKeygenAccepts(signSsh(key, namespace, message), message, [key.line])).toBe(true);
    expect(await sshKeygenAccepts(signSsh(key, namespace, message), Buffer.from('else'), [key.line])).toBe(false);
    expect(await sshKeygenAccepts(signSsh(key, 'airgap-root', message), message, [key.line])).toBe(false);
  });

  it('writes byte for byte what ssh-keygen writes', async () => {
    expect(signSsh(key, namespace, message)).toBe((await sshKeygenSigns(join(dir, 'ours'))).toString());
  });

  it('agrees with ssh-keygen on a signature with any one byte changed', async () => {
    const base64 = signSsh(key, namespace, message).split('\n').slice(1, -2).join('');
    const blob = Buffer.from(base64, 'base64');
    const verdicts: string[] = [];
    for (let offset = 0; offset < blob.length; offset += 5) {
      const changed = Buffer.from(blob);
      changed[offset] = (changed[offset] ?? 0) ^ 0x40;
      const signature = armor(changed);
      const theirs = await sshKeygenAccepts(signature, message, [key.line]);
      if (theirs !== weAccept(signature, message)) verdicts.push(`${offset}: ssh-keygen says ${theirs}`);
    }
    expect(verdicts).toEqual([]);
  });

  it('refuses other key types, which ssh-keygen would take', async () => {
    const ecdsa = join(dir, 'ecdsa');
    await run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', ecdsa]);
    const signature = await sshKeygenSigns(ecdsa);
    const error = await errorOf(() => verifySignature('x.sig', signature, message, namespace));
    expect(error).toMatchObject({ code: 'SIGNATURE_FORMAT', params: { file: 'x.sig', what: 'public key' } });
  });
});

describe('SSHSIG parsing', () => {
  const good = () => signSsh(key, namespace, message);
  const blobOf = (text: string) => Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');

  it('takes the good one', () => {
    expect(weAccept(good(), message)).toBe(true);
    expect(weAccept(armor(blobOf(good())), message)).toBe(true);
    expect(weAccept(good().trimEnd(), message)).toBe(true);
  });

  const malformed: [string, () => string][] = [
    ['an empty file', () => ''],
    ['text before the armor', () => `x\n${good()}`],
    ['text after the armor', () => `${good()}x`],
    ['two signatures in one file', () => good() + good()],
    ['carriage returns', () => good().replaceAll('\n', '\r\n')],
    ['blanks in the base64', () => good().replace(/\n(.{10})/, '\n$1 ')],
    ['an empty line', () => good().replace('\n', '\n\n')],
    ['no end', () => good().replace(/-----END.*\n/, '')],
    ['no content', () => armor(Buffer.alloc(0))],
    ['trailing data', () => armor(Buffer.concat([blobOf(good()), Buffer.from([0])]))],
    ['a truncated blob', () => armor(blobOf(good()).subarray(0, -1))],
    ['only the magic', () => armor(Buffer.from('SSHSIG'))],
    ['a length beyond the end', () => armor(Buffer.concat([Buffer.from('SSHSIG\0\0\0\u0001'), Buffer.alloc(4, 255)]))],
    ['another version', () => armor(withByte(blobOf(good()), 9, 2))],
    ['base64 with bits that mean nothing', () => withLooseBits(signSsh(key, 'airgap-root', message))],
  ];
  it.each(malformed)('refuses %s as malformed', async (_name, make) => {
    const error = await errorOf(() => verifySignature('a.sig', Buffer.from(make()), message, namespace));
    expect(error).toMatchObject({ code: 'SIGNATURE_FORMAT', params: { file: 'a.sig' } });
  });

  it('tells a wrong namespace, a wrong message and a malformed file apart', async () => {
    const verify = (signature: string, over: Buffer) =>
      errorOf(() => verifySignature('a.sig', Buffer.from(signature), over, namespace));
    expect(await verify(signSsh(key, 'file', message), message)).toMatchObject({ code: 'SIGNATURE_NAMESPACE' });
    expect(await verify(good(), Buffer.from('else'))).toMatchObject({
      code: 'SIGNATURE_INVALID',
      params: { file: 'a.sig', fingerprint: key.fingerprint },
    });
  });
});

/** Of the last character before `==` only the first two bits count: another one decodes to the same bytes. */
function withLooseBits(text: string): string {
  const last = /(.)==\n/.exec(text)?.[1] ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return text.replace(`${last}==`, `${alphabet[alphabet.indexOf(last) + 1]}==`);
}

function withByte(blob: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(blob);
  changed[offset] = value;
  return changed;
}

function armor(blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}
