/** A slip of the finger is said as one: what was found there, and what was probably meant. Never as something against trust. */
import { copyFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorCategories, type WireError } from '../../installer/contract/errors.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { pathProblem } from '../../renderer/state/path-problem.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
let bundle: TinyBundle;
let stick: string;

beforeAll(async () => {
  bundle = await makeTinyBundle(await workDir());
  // As a stick has it: folders beside and above.
  stick = await workDir();
  await mkdir(join(stick, 'from the vendor'));
  const dir = join(stick, 'from the vendor', 'codegraph');
  await rename(bundle.dir, dir);
  bundle = { ...bundle, dir };
});

async function open(dir: string, root = bundle.rootFile): Promise<WireError> {
  const engine = createEngine({ dataDir: join(await workDir(), 'data') });
  const client = createRouterClient(engine.router, { context: engine.context });
  return client.bundle.open({ dir, root }).then(
    () => {
      throw new Error('opened');
    },
    ({ data }: { data: WireError }) => data,
  );
}

describe('in the bundle’s place', () => {
  test('bundle.json itself: the folder it lies in is meant', async () => {
    const dir = join(bundle.dir, 'bundle.json');
    expect(await open(dir)).toMatchObject({ code: 'BUNDLE_NOT_A_FOLDER', params: { dir, instead: bundle.dir } });
  });

  test('any other file: nothing is offered', async () => {
    const params = { dir: bundle.rootFile, instead: '' };
    expect(await open(bundle.rootFile)).toMatchObject({ code: 'BUNDLE_NOT_A_FOLDER', params });
  });

  test.each([1, 2])('a folder %i above, with exactly one bundle below: that one is offered', async (above) => {
    let dir = bundle.dir;
    for (let up = 0; up < above; up += 1) dir = dirname(dir);
    expect(await open(dir)).toMatchObject({ code: 'BUNDLE_BELOW', params: { dir, instead: bundle.dir } });
  });

  test('a folder with two bundles below, with a link to one, or with none: there is no bundle, and nothing is offered', async () => {
    const dir = await workDir();
    expect(await open(dir)).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    await symlink(bundle.dir, join(dir, 'link'));
    expect(await open(dir)).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    for (const name of ['one', 'two']) {
      await mkdir(join(dir, name));
      await copyFile(join(bundle.dir, 'bundle.json'), join(dir, name, 'bundle.json'));
    }
    expect(await open(dir)).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
  });
});

describe('in root.json’s place', () => {
  test('the folder that holds it: the file is offered', async () => {
    const file = await workDir();
    expect(await open(bundle.dir, file)).toMatchObject({ code: 'ROOT_IS_FOLDER', params: { file, instead: '' } });
    await copyFile(bundle.rootFile, join(file, 'root.json'));
    const instead = join(file, 'root.json');
    expect(await open(bundle.dir, file)).toMatchObject({ code: 'ROOT_IS_FOLDER', params: { file, instead } });
  });

  test.each([
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakefakefakefakefakefakefakefakefakefakefake vendor\n'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn==\n-----END OPENSSH PRIVATE KEY-----\n'],
  ])('%s', async (_name, content) => {
    const file = join(await workDir(), 'vendor.pub');
    await writeFile(file, content);
    expect(await open(bundle.dir, file)).toMatchObject({ code: 'ROOT_IS_KEY', params: { file } });
  });

  test('what is too large says how large it is', async () => {
    const file = join(await workDir(), 'root.json');
    await writeFile(file, Buffer.alloc(70_000));
    const error = await open(bundle.dir, file);
    expect(error).toMatchObject({ code: 'ROOT_FORMAT', expected: '<= 65536', found: '70000' });
  });
});

test('none of them is shown as a matter of trust; a forged list and a foreign root are', async () => {
  const key = join(await workDir(), 'vendor.pub');
  await writeFile(key, 'ssh-ed25519 AAAA');
  const slips: [string, string][] = [
    [join(stick, 'nowhere'), bundle.rootFile],
    [join(bundle.dir, 'bundle.json'), bundle.rootFile],
    [stick, bundle.rootFile],
    [bundle.dir, dirname(bundle.rootFile)],
    [bundle.dir, key],
    [bundle.dir, join(bundle.dir, 'bundle.json')],
    [bundle.dir, '/nowhere/root.json'],
  ];
  for (const [dir, root] of slips) {
    expect(pathProblem(await open(dir, root), { bundle: dir, root }), `${dir} ${root}`).not.toBeNull();
  }
  const other = await makeTinyBundle(await workDir());
  const foreign = await open(bundle.dir, other.rootFile);
  expect(pathProblem(foreign, { bundle: bundle.dir, root: other.rootFile })).toBeNull();
  expect(errorCategories[foreign.code]).toBe('untrusted');
});
