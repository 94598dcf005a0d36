// needs: root
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, describe, expect, it } from 'vitest';
import { errorCategories } from '../../installer/contract/errors.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { confirmedOf, type Files, memoryMedia, rootBytes, writeMedium } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { bundleKey, chainKey, firstRoot, honest, rotated } from '../trust/tuf/honest.ts';
import { brokenArmor, laxArmor } from './signatures/armor-vectors.ts';
import { fieldVectors, laxFields } from './signatures/field-vectors.ts';
import { fileVectors } from './signatures/file-vectors.ts';
import { armor, sigBlob } from './signatures/sshsig-parts.ts';
import { Tally } from './tally.ts';
import { snapshot } from './tree-snapshot.ts';

const workDir = workDirs();
const fields = [...fieldVectors, ...laxFields];
const armors = [...brokenArmor, ...laxArmor];
const rejected = new Tally('bad signatures', 'rejected with zero writes outside the state directory', 80);
const rootRejected = new Tally('bad signatures of a root rotation', 'rejected', 80);

type Place = (dir: string, message: Buffer) => Promise<unknown>;
const replace =
  (make: (message: Buffer) => string | Buffer): Place =>
  (dir, message) =>
    writeFile(join(dir, 'bundle.json.1.sig'), make(message));
const bundleVectors: readonly [string, Place][] = [
  ...fields.map(([name, change]): [string, Place] => [
    `field: ${name}`,
    replace((message) => armor(sigBlob(bundleKey, message, 'airgap-bundle', change))),
  ]),
  ...armors.map(([name, change]): [string, Place] => [
    `armor: ${name}`,
    replace((message) => change(armor(sigBlob(bundleKey, message, 'airgap-bundle')))),
  ]),
  ...fileVectors.map(([name, change]): [string, Place] => [`file: ${name}`, change]),
];

/** A small world: the stick, the officer's root.json, a temporary folder, and the state directory. */
interface World {
  dir: string;
  stick: string;
  state: string;
  files: Files;
}

async function makeWorld(): Promise<World> {
  const dir = await workDir();
  const files = honest();
  const stick = join(dir, 'stick/bundle');
  await writeMedium(stick, files);
  await writeFile(join(dir, 'root.json'), rootBytes(firstRoot));
  for (const name of ['tmp', 'state', 'home']) await mkdir(join(dir, name));
  return { dir, stick, state: join(dir, 'state'), files };
}

/** A whole install on the real engine and its real adapters, up to where it ends; gives the error's code. */
async function install({ dir, stick, state, files }: World): Promise<string> {
  const engine = createEngine({ dataDir: state });
  const client = createRouterClient(engine.router, { context: engine.context });
  const request = {
    ...{
      bundle: stick,
      root: join(dir, 'root.json'),
      answers: {},
      tier: null,
      overrides: [],
      compared: true,
      officer: null,
    },
    confirmed: confirmedOf(files),
  };
  const { run } = await client.runs.startInstall(request);
  for await (const { body } of await client.runs.follow({ run, after: 0 })) {
    if (body.kind === 'runFinished') return body.error?.code ?? 'none';
  }
  throw new Error('the run has no end');
}

/** What looks for a temporary or a home folder finds it in the small world. */
async function within<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const { TMPDIR, HOME } = process.env;
  Object.assign(process.env, { TMPDIR: join(dir, 'tmp'), HOME: join(dir, 'home') });
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries({ TMPDIR, HOME })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

describe('bad signatures: the install ends as not trusted, and nothing outside the state directory has changed', () => {
  it.each(bundleVectors)('%s', async (name, place) => {
    const world = await makeWorld();
    await place(world.stick, world.files.get('bundle.json') ?? Buffer.alloc(0));
    const before = await snapshot(world.dir, ['state']);
    const code = await within(world.dir, () => install(world));
    const same = (await snapshot(world.dir, ['state'])).join('\n') === before.join('\n');
    const category = Object.entries(errorCategories).find(([known]) => known === code)?.[1];
    rejected.add(`${name}: ${code}`, category === 'untrusted' && same);
    expect({ category, same }).toEqual({ category: 'untrusted', same: true });
  });
});

describe('bad signatures of a root rotation', () => {
  const message = rotated(2).get('root.json') ?? Buffer.alloc(0);
  const key = chainKey(1);
  const vectors: readonly [string, string | Buffer][] = [
    // the bundle's own namespace is as wrong here as the root's is there
    ...fields.map(([name, change]): [string, string] => [
      name.replace('"airgap-root"', '"airgap-bundle"'),
      armor(
        sigBlob(
          key,
          message,
          'airgap-root',
          change.namespace === 'airgap-root' ? { namespace: 'airgap-bundle' } : change,
        ),
      ),
    ]),
    ...armors.map(([name, change]): [string, string | Buffer] => [
      name,
      change(armor(sigBlob(key, message, 'airgap-root'))),
    ]),
  ];
  it.each(vectors)('%s', async (name, signature) => {
    const files = rotated(2).set('root.json.1.sig', Buffer.from(signature));
    const error = await errorOf(verifyBundle({ media: memoryMedia(files), root: rootBytes(firstRoot) }));
    rootRejected.add(name, errorCategories[error.code] === 'untrusted');
    expect(errorCategories[error.code]).toBe('untrusted');
  });
});

describe('positive controls', () => {
  it('with the right signature in the same place the same install gets past the trust', async () => {
    const world = await makeWorld();
    await replace((message) => armor(sigBlob(bundleKey, message, 'airgap-bundle')))(
      world.stick,
      world.files.get('bundle.json') ?? Buffer.alloc(0),
    );
    expect(await install(world)).toBe('PRODUCT_FORMAT');
  });

  it('the rotation is followed with the right signature in the same place', async () => {
    const files = rotated(2);
    const message = files.get('root.json') ?? Buffer.alloc(0);
    files.set('root.json.1.sig', Buffer.from(armor(sigBlob(chainKey(1), message, 'airgap-root'))));
    expect((await verifyBundle({ media: memoryMedia(files), root: rootBytes(firstRoot) })).rootVersion).toBe(2);
  });

  it.each([
    ['a file made', (dir: string) => writeFile(join(dir, 'tmp/new'), '')],
    ['a byte changed and the size kept', (dir: string) => writeFile(join(dir, 'root.json'), rootBytes(firstRoot))],
    ['a folder made on the stick', (dir: string) => mkdir(join(dir, 'stick/bundle/x'))],
  ])('the comparison notices %s', async (_name, write) => {
    const { dir } = await makeWorld();
    const before = await snapshot(dir, ['state']);
    await writeFile(join(dir, 'state/allowed'), '');
    expect(await snapshot(dir, ['state'])).toEqual(before);
    await write(dir);
    expect(await snapshot(dir, ['state'])).not.toEqual(before);
  });
});

afterAll(() => {
  rejected.close();
  rootRejected.close();
});
