// needs: tools
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import { initRoot } from '../../bundles/init-root.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { makeTinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { ensureHostPackages, TEST_COMMANDS } from '../site/host-packages.ts';

const longMs = 600_000;
const workDir = workDirs();

beforeAll(() => ensureHostPackages(() => undefined, TEST_COMMANDS), longMs);

// The recipes of README.md: what is printed there must work, so it must be what is tried here.

const offlineKey = `ssh-keygen -t ed25519 -N '' -C vendor -f vendor.key`;
const signRoot = `ssh-keygen -Y sign -f vendor.key -n airgap-root root.json
mv root.json.sig root.json.1.sig`;
const signBundle = `ssh-keygen -Y sign -f vendor.key -n airgap-bundle bundle.json
mv bundle.json.sig bundle.json.1.sig`;

/** In the bundle's folder; ../root.json is the officer's own. */
const officer = `sed -n 's/^ *"\\(ssh-ed25519 [^"]*\\)".*/vendor \\1/p' ../root.json | sort -u > ../signers
ssh-keygen -l -f ../signers
ssh-keygen -Y verify -f ../signers -I vendor -n airgap-bundle -s bundle.json.1.sig < bundle.json
awk -F'"' '/^  "files":/ { on = 1 }  /^  "assumed":/ { exit }  !on { next }
  /"path":/ { if (l) print l; p = $4; l = "" }
  /"digest":/ && p { l = substr($4, 8) "  " p; p = "" }
  /"parts":/ { l = "" }
  END { if (l) print l }' bundle.json | sort -u > ../sums
sha256sum --check --strict --quiet ../sums
find . -type f -printf '%P\\n' | grep -Ev '^(bundle|root)\\.' | sort > ../there
cut -c 67- ../sums | sort -u | diff - ../there && echo all files are as signed`;

const sh = (script: string, cwd: string) =>
  execa('bash', ['-euo', 'pipefail', '-c', script], { cwd, reject: false, all: true, stdin: 'ignore' });

it.each([
  offlineKey,
  ...signRoot.split('\n'),
  ...signBundle.split('\n'),
  officer,
])('README.md prints it: %s', async (recipe) => {
  expect(await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')).toContain(recipe);
});

describe('signing with a key that never leaves its own machine', () => {
  it('gives a bundle that is trusted', { timeout: longMs }, async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const offline = await workDir();
    expect((await sh(offlineKey, offline)).exitCode).toBe(0);
    // the public key goes to the connected machine, which makes root.json; that one comes back to be signed
    const keys = [join(offline, 'vendor.key.pub')];
    const rootFile = join(offline, 'root.json');
    const role = { keys, threshold: 1 };
    await initRoot({ out: rootFile, root: role, bundle: role, signKeys: [] });
    expect((await sh(signRoot, offline)).exitCode).toBe(0);
    const { productDir, archive } = made;
    const out = join(dir, 'unsigned');
    await createBundle(
      {
        ...{ productDir, out, images: [archive], models: [{ path: tinyModel }], release: 1, rootFile, signKeys: [] },
        platform: { os: 'linux', architecture: 'amd64' },
      },
      { signal: new AbortController().signal, onEvent: () => undefined },
    );
    // bundle.json goes to the offline machine, its signature comes back
    await execa('cp', [join(out, 'bundle.json'), offline]);
    expect((await sh(signBundle, offline)).exitCode).toBe(0);
    await execa('cp', [join(offline, 'bundle.json.1.sig'), out]);
    const bundle = await verifyBundle({ media: await openMedia(out), root: rootFile });
    expect(bundle.signers.length).toBe(1);
  });
});

describe('checking a bundle with ssh-keygen and sha256sum alone', () => {
  async function check(harm: (dir: string) => Promise<unknown>, options = {}) {
    const made = await makeTinyBundle(await workDir(), options);
    await harm(made.dir);
    return sh(officer, made.dir);
  }

  it.each([
    ['whole files', {}],
    ['files in parts and chunks', { partSize: 300_000, chunkSize: 65_536 }],
  ])('holds for a good one: %s', { timeout: longMs }, async (_, options) => {
    const { exitCode, all, stdout } = await check(async () => undefined, options);
    expect(exitCode, all).toBe(0);
    expect(stdout).toContain('Good "airgap-bundle" signature for vendor');
    expect(stdout.trimEnd().endsWith('all files are as signed')).toBe(true);
  });

  it.each<[string, (dir: string) => Promise<unknown>]>([
    ['a changed file', (dir) => flipByte(join(dir, 'models/tiny.gguf'), 1000)],
    ['a missing file', (dir) => rm(join(dir, 'product/compose.yaml'))],
    ['a changed signature', (dir) => flipByte(join(dir, 'bundle.json.1.sig'), 120)],
    ['a file too many', (dir) => writeFile(join(dir, 'tools'), 'x')],
    ['a renamed file', (dir) => rename(join(dir, 'oci-layout'), join(dir, 'OCI-layout'))],
    ['a changed list', (dir) => flipByte(join(dir, 'bundle.json'), 300)],
  ])('fails for %s', { timeout: longMs }, async (_, harm) => {
    const { exitCode, stdout } = await check(harm);
    expect(exitCode).not.toBe(0);
    expect(stdout).not.toContain('all files are as signed');
  });
});
