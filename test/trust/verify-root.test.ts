import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type InitRootOptions, initRoot } from '../../bundles/init-root.ts';
import { generateKey } from '../../bundles/keygen.ts';
import { readSignKey } from '../../bundles/signing/sign-key.ts';
import { signSsh } from '../../bundles/signing/sshsig.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

async function verify(bundle: TinyBundle, root: string | Buffer = bundle.rootFile) {
  return verifyBundle({ media: await openMedia(bundle.dir), root });
}

/** A bundle, and a root.json of the next version for a new root key, not yet on the medium. */
async function rotation(change: Partial<InitRootOptions> = {}, signers: readonly ('old' | 'new')[] = ['old', 'new']) {
  const dir = await workDir();
  const bundle = await makeTinyBundle(dir);
  const old = bundle.keys[0] ?? '';
  const fresh = join(dir, 'new-key');
  const { line } = await generateKey(fresh, 'new');
  await initRoot({
    out: join(dir, 'root-2.json'),
    version: 2,
    root: { keys: [line], threshold: 1 },
    bundle: { keys: [`${old}.pub`], threshold: 1 },
    signKeys: signers.map((who) => (who === 'old' ? old : fresh)),
    ...change,
  });
  await copyFile(join(dir, 'root-2.json'), join(bundle.dir, 'root.json'));
  await rm(join(bundle.dir, 'root.json.1.sig'));
  for (const number of signers.keys()) {
    await copyFile(join(dir, `root-2.json.${number + 1}.sig`), join(bundle.dir, `root.json.${number + 1}.sig`));
  }
  return { bundle, old, fresh, rotated: join(dir, 'root-2.json') };
}

describe('the officer’s root', () => {
  it('that is not there', async () => {
    const bundle = await makeTinyBundle(await workDir());
    expect(await errorOf(verify(bundle, '/nowhere/root.json'))).toMatchObject({ code: 'ROOT_MISSING' });
  });

  it('of another vendor: his keys did not sign this one’s root', async () => {
    const bundle = await makeTinyBundle(await workDir());
    const other = await makeTinyBundle(await workDir());
    const error = await errorOf(verify(bundle, other.rootFile));
    expect(error).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY', params: { file: 'root.json.1.sig', role: 'root' } });
  });

  const unsound: [string, (document: Document) => void][] = [
    ['a threshold that cannot be met', (d) => Object.assign(d.roles.bundle, { threshold: 2 })],
    ['a threshold of none', (d) => Object.assign(d.roles.bundle, { threshold: 0 })],
    ['the same key twice', (d) => d.roles.bundle.keys.push(d.roles.bundle.keys[0] ?? '')],
    ['no keys', (d) => Object.assign(d.roles.root, { keys: [] })],
    ['a key that is none', (d) => Object.assign(d.roles.root, { keys: [`ssh-ed25519 ${'A'.repeat(68)}`] })],
    ['an unknown role', (d) => Object.assign(d.roles, { other: d.roles.root })],
  ];
  it.each(unsound)('with %s is refused', async (_name, change) => {
    const bundle = await makeTinyBundle(await workDir());
    const document = JSON.parse(await readFile(bundle.rootFile, 'utf8'));
    change(document);
    const root = Buffer.from(JSON.stringify(document));
    expect(await errorOf(verify(bundle, root))).toMatchObject({ code: 'ROOT_FORMAT' });
  });
});

describe('root rotation', () => {
  it('signed by the old and the new keys is followed', async () => {
    const { bundle } = await rotation();
    const verified = await verify(bundle);
    expect(verified.rootVersion).toBe(2);
    expect(verified.signers.map((signer) => signer.role)).toEqual(['root', 'root', 'bundle']);
    expect(verified.givenRootVersion).toBe(1);
    expect(verified.thresholds).toEqual([
      { role: 'root', keys: 1, needed: 1, signed: 1 },
      { role: 'bundle', keys: 1, needed: 1, signed: 1 },
    ]);
  });

  it('signed by the new keys only is somebody else’s root', async () => {
    const { bundle } = await rotation({}, ['new']);
    expect(await errorOf(verify(bundle))).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY', params: { role: 'root' } });
  });

  it('signed by the old keys only is refused: nobody proved to have the new ones', async () => {
    const { bundle } = await rotation({}, ['old']);
    expect(await errorOf(verify(bundle))).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY', params: { role: 'root' } });
  });

  it('to the same version is refused', async () => {
    const { bundle } = await rotation({ version: 1 });
    expect(await errorOf(verify(bundle))).toMatchObject({ code: 'ROOT_NOT_TRUSTED', expected: '2', found: '1' });
  });

  it('back to an older version is refused', async () => {
    const { bundle, old, fresh, rotated } = await rotation();
    const older = await readFile(bundle.rootFile);
    await writeFile(join(bundle.dir, 'root.json'), older);
    for (const [index, key] of [old, fresh].entries()) {
      const signature = signSsh(await readSignKey(key), 'airgap-root', older);
      await writeFile(join(bundle.dir, `root.json.${index + 1}.sig`), signature);
    }
    expect(await errorOf(verify(bundle, rotated))).toMatchObject({ code: 'ROOT_NOT_TRUSTED', expected: '3' });
  });

  it('takes the bundle role’s new keys, so that a revoked one no longer counts', async () => {
    const dir = await workDir();
    const { line } = await generateKey(join(dir, 'bundle-key'), 'bundle');
    const { bundle } = await rotation({ bundle: { keys: [line], threshold: 1 } });
    expect(await errorOf(verify(bundle))).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY', params: { role: 'bundle' } });
  });

  it('with a signature made for bundles is refused', async () => {
    const { bundle, old } = await rotation();
    const bytes = await readFile(join(bundle.dir, 'root.json'));
    const signature = signSsh(await readSignKey(old), 'airgap-bundle', bytes);
    await writeFile(join(bundle.dir, 'root.json.1.sig'), signature);
    expect(await errorOf(verify(bundle))).toMatchObject({ code: 'SIGNATURE_NAMESPACE' });
  });
});

interface Document {
  roles: { root: { keys: string[] }; bundle: { keys: string[] } };
}
