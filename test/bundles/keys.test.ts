// needs: ssh-keygen
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initRoot } from '../../bundles/init-root.ts';
import { generateKey } from '../../bundles/keygen.ts';
import { readSignKey } from '../../bundles/signing/sign-key.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { workDirs } from '../fixtures/work-dir.ts';

// needs Debian's openssh-client
const workDir = workDirs();
const sshKeygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' });

describe('keygen', () => {
  it('writes a pair that ssh-keygen reads, the private key for its owner alone', async () => {
    const file = join(await workDir(), 'vendor');
    const made = await generateKey(file, 'vendor key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(sshKeygen('-y', '-f', file).trim()).toBe(`${made.line} vendor key`);
    expect(sshKeygen('-l', '-f', made.publicFile)).toContain(made.fingerprint);
    expect(await readFile(made.publicFile, 'utf8')).toBe(`${made.line} vendor key\n`);
    expect((await readSignKey(file)).line).toBe(made.line);
  });

  it.each([
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'abcde',
    'abcdef',
    'abcdefg',
  ])('pads a comment like "%s" right', async (comment) => {
    const file = join(await workDir(), 'vendor');
    const { line } = await generateKey(file, comment);
    expect(sshKeygen('-y', '-f', file).trim()).toBe(`${line} ${comment}`.trim());
  });

  it('never overwrites', async () => {
    const file = join(await workDir(), 'vendor');
    await generateKey(file, 'a');
    const before = await readFile(file);
    expect(await errorOf(generateKey(file, 'a'))).toMatchObject({ code: 'OUTPUT_NOT_EMPTY' });
    expect(await readFile(file)).toEqual(before);
  });
});

describe('signing keys', () => {
  it('are read from ssh-keygen and from PKCS #8', async () => {
    const dir = await workDir();
    sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', 'c', '-f', join(dir, 'theirs'));
    const theirs = await readSignKey(join(dir, 'theirs'));
    expect(await readFile(join(dir, 'theirs.pub'), 'utf8')).toBe(`${theirs.line} c\n`);
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(join(dir, 'pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect((await readSignKey(join(dir, 'pem'))).line).toMatch(/^ssh-ed25519 /);
  });

  it('that are encrypted, of another type or damaged are refused', async () => {
    const dir = await workDir();
    sshKeygen('-q', '-t', 'ed25519', '-N', 'secret', '-f', join(dir, 'encrypted'));
    sshKeygen('-q', '-t', 'ecdsa', '-N', '', '-f', join(dir, 'ecdsa'));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(dir, 'ec-pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await generateKey(join(dir, 'good'), 'c');
    const lines = (await readFile(join(dir, 'good'), 'utf8')).split('\n');
    await writeFile(join(dir, 'truncated'), [...lines.slice(0, 3), ...lines.slice(-2)].join('\n'));
    for (const name of ['encrypted', 'ecdsa', 'ec-pem', 'truncated', 'encrypted.pub']) {
      expect(await errorOf(readSignKey(join(dir, name)))).toMatchObject({ code: 'SIGN_KEY_UNUSABLE' });
    }
    await readSignKey(join(dir, 'good'));
  });
});

describe('init-root', () => {
  it('writes a root that ssh-keygen can check', async () => {
    const dir = await workDir();
    const a = await generateKey(join(dir, 'a'), 'a');
    const b = await generateKey(join(dir, 'b'), 'b');
    const root = await initRoot({
      out: join(dir, 'root.json'),
      root: { keys: [a.publicFile], threshold: 1 },
      bundle: { keys: [a.line, b.publicFile], threshold: 2 },
      signKeys: [a.privateFile],
    });
    expect(root.document.roles.bundle).toEqual({ keys: [a.line, b.line], threshold: 2 });
    await writeFile(join(dir, 'allowed'), `vendor ${a.line}\n`);
    const args = ['-Y', 'verify', '-f', join(dir, 'allowed'), '-I', 'vendor', '-n', 'airgap-root'];
    const input = await readFile(root.file);
    execFileSync('ssh-keygen', [...args, '-s', root.signatures[0] ?? ''], { input });
  });

  it('refuses what could never verify, and an existing file', async () => {
    const dir = await workDir();
    const { line, privateFile } = await generateKey(join(dir, 'a'), 'a');
    const one = { keys: [line], threshold: 1 };
    const options = { out: join(dir, 'root.json'), root: one, bundle: one, signKeys: [privateFile] };
    const refuse = (change: object) => errorOf(initRoot({ ...options, ...change }));
    expect(await refuse({ bundle: { keys: [line], threshold: 2 } })).toMatchObject({ code: 'ROOT_FORMAT' });
    expect(await refuse({ bundle: { keys: [line, line], threshold: 1 } })).toMatchObject({ code: 'ROOT_FORMAT' });
    expect(await refuse({ root: { keys: ['ssh-ed25519 AAAA'], threshold: 1 } })).toMatchObject({ code: 'ROOT_FORMAT' });
    expect(await refuse({ root: { keys: [privateFile], threshold: 1 } })).toMatchObject({ code: 'SIGN_KEY_UNUSABLE' });
    await initRoot(options);
    expect(await refuse({})).toMatchObject({ code: 'OUTPUT_NOT_EMPTY' });
  });
});
