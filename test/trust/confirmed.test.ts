// needs: root
/** What somebody compared and agreed to is what is installed: the stick is changed between the comparison and the start. */
import { copyFile, cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { initRoot } from '../../bundles/init-root.ts';
import type { InstallRequest, PlanRequest } from '../../installer/contract/requests.ts';
import { createEngine } from '../../installer/engine/create-engine.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { readOfficerRoot } from '../../installer/trust/officer-root.ts';
import { verifyMedia } from '../../installer/trust/verify-step.ts';
import { agreed } from '../fixtures/agreed.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { resign } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { recordingContext } from '../registry/support/test-context.ts';

const workDir = workDirs();

const both = (text: string) => ({ en: text, ru: text });
const product = {
  inputs: [{ id: 'web_port', label: both('Port'), help: both('h'), type: 'port', default: 8080 }],
  ports: [{ input: 'web_port', service: 'web', protocol: 'tcp' }],
};

/** A stick as a vendor made it, and one that somebody else did, with keys of her own. */
interface World {
  vendor: TinyBundle;
  mallory: TinyBundle;
  dataDir: string;
}

async function makeWorld(): Promise<World> {
  const dir = await workDir();
  for (const name of ['vendor', 'mallory']) await mkdir(join(dir, name));
  return {
    vendor: await makeTinyBundle(join(dir, 'vendor'), { product }),
    mallory: await makeTinyBundle(join(dir, 'mallory')),
    dataDir: join(dir, 'data'),
  };
}

function clientOf(dataDir: string) {
  const engine = createEngine({ dataDir });
  return createRouterClient(engine.router, { context: engine.context });
}

const requestFor = ({ dir, rootFile }: TinyBundle, change: Partial<PlanRequest> = {}): PlanRequest => ({
  ...{ bundle: dir, root: rootFile, answers: {}, tier: null, overrides: [], compared: true, officer: null },
  ...change,
});

/** Starts what was agreed to; gives the steps that were done, and the code of the end. */
async function run(dataDir: string, request: InstallRequest): Promise<{ done: string[]; code: string }> {
  const client = clientOf(dataDir);
  const started = await client.runs.startInstall(request);
  const done: string[] = [];
  for await (const { body } of await client.runs.follow({ run: started.run, after: 0 })) {
    if (body.kind === 'stepFinished') done.push(body.step);
    if (body.kind === 'runFinished') return { done, code: body.error?.code ?? 'none' };
  }
  throw new Error('the run has no end');
}

/** The other folder takes the place of this one. */
async function swap(dir: string, other: string): Promise<void> {
  await rename(dir, `${dir}.before`);
  await cp(other, dir, { recursive: true });
}

type Swap = (world: World) => Promise<void>;
const swaps: readonly [string, string, Swap][] = [
  [
    'the whole stick, with the root.json that lies on it',
    'CONFIRMED_ROOT',
    async ({ vendor, mallory }) => {
      await swap(vendor.dir, mallory.dir);
      await copyFile(mallory.rootFile, vendor.rootFile);
    },
  ],
  [
    'root.json alone',
    'CONFIRMED_ROOT',
    async ({ vendor, mallory }) => {
      // her own root key above the vendor's bundle key, so that all signatures still hold
      const role = ({ keys }: TinyBundle) => ({ keys: [`${keys[0]}.pub`], threshold: 1 });
      const out = join(mallory.dir, '../hers.json');
      await initRoot({ out, root: role(mallory), bundle: role(vendor), signKeys: [] });
      await copyFile(out, join(vendor.dir, 'root.json'));
      await copyFile(out, vendor.rootFile);
    },
  ],
  [
    'the bundle alone, by another release that the vendor signed',
    'CONFIRMED_BUNDLE',
    ({ vendor }) => resign(vendor, (manifest) => Object.assign(manifest, { release: 2 })),
  ],
];

describe('between the comparison and the start somebody changes', () => {
  it.each(swaps)('%s', async (_name, code, change) => {
    const world = await makeWorld();
    const request = await agreed(clientOf(world.dataDir), requestFor(world.vendor));
    await change(world);
    expect(await run(world.dataDir, request)).toEqual({ done: [], code });
  });

  it.each(
    swaps,
  )('positive control, %s: the step that was given no digests believes it', async (_name, _code, change) => {
    const world = await makeWorld();
    await change(world);
    const media = await openMedia(world.vendor.dir);
    const root = await readOfficerRoot(world.vendor.rootFile, media.dir);
    const input = { media, root, confirmed: null, compared: false };
    const context = recordingContext();
    expect((await verifyMedia.run(input, context)).manifest.product.name).toBe('tiny');
  });

  const plans: readonly [string, Partial<PlanRequest>][] = [
    ['a setting', { answers: { web_port: 9001 } }],
    ['what is gone on with in spite of a check', { overrides: [{ code: 'CLOCK', justification: 'because I say so' }] }],
  ];
  it.each(plans)('%s of the plan', async (_name, change) => {
    const { vendor, dataDir } = await makeWorld();
    const request = await agreed(clientOf(dataDir), requestFor(vendor));
    expect(await run(dataDir, { ...request, ...change })).toEqual({ done: ['verifyMedia'], code: 'CONFIRMED_PLAN' });
    // positive control: agreed to as it is, it is not refused for that
    const again = await agreed(clientOf(dataDir), requestFor(vendor, change));
    expect((await run(dataDir, again)).code).not.toMatch(/CONFIRMED|ROOT/);
  });

  it('nothing: the run goes on to the readiness of the machine', async () => {
    const { vendor, dataDir } = await makeWorld();
    const request = await agreed(clientOf(dataDir), requestFor(vendor));
    const { done, code } = await run(dataDir, request);
    expect(done).toContain('verifyMedia');
    expect(code).not.toMatch(/CONFIRMED|ROOT/);
  });
});

describe('the way that root.json came', () => {
  const cameOf = async (vendor: TinyBundle, root: string) =>
    (await readOfficerRoot(root, (await openMedia(vendor.dir)).dir)).came;

  it('inside the bundle’s folder it came with the medium, under whatever name it is reached', async () => {
    const { vendor } = await makeWorld();
    expect(await cameOf(vendor, join(vendor.dir, 'root.json'))).toBe('medium');
    const link = join(vendor.dir, '..', 'my-own-root.json');
    await symlink(join(vendor.dir, 'root.json'), link);
    expect(await cameOf(vendor, link)).toBe('medium');
    expect(await cameOf(vendor, join(vendor.dir, '../bundle/./root.json'))).toBe('medium');
  });

  it('beside a bundle that was copied onto the machine’s own disk it is a file of its own', async () => {
    const { vendor } = await makeWorld();
    expect(await cameOf(vendor, vendor.rootFile)).toBe('separate');
  });

  it('beside the bundle on a mounted medium it came with the medium, from elsewhere it did not', async () => {
    const { vendor } = await makeWorld();
    const stick = join(vendor.dir, '..', 'stick');
    await mkdir(stick);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'airgap-stick', stick]);
    try {
      await cp(vendor.dir, join(stick, 'bundle'), { recursive: true });
      await copyFile(vendor.rootFile, join(stick, 'root.json'));
      const onStick = { ...vendor, dir: join(stick, 'bundle') };
      expect(await cameOf(onStick, join(stick, 'root.json'))).toBe('medium');
      expect(await cameOf(onStick, vendor.rootFile)).toBe('separate');
    } finally {
      await execa('umount', [stick]);
    }
  });

  it('is said when the bundle is opened, with every key to compare', async () => {
    const { vendor, dataDir } = await makeWorld();
    const { bundle } = clientOf(dataDir);
    const own = await bundle.open({ dir: vendor.dir, root: join(vendor.dir, 'root.json') });
    expect(own.rootCame).toBe('medium');
    expect(own.rootKeys.map(({ role }) => role)).toEqual(['root', 'bundle']);
    expect((await bundle.open({ dir: vendor.dir, root: vendor.rootFile })).rootCame).toBe('separate');
  });

  it('a root of the medium that nobody compared vouches for nothing', async () => {
    const { vendor, dataDir } = await makeWorld();
    const own = requestFor(vendor, { root: join(vendor.dir, 'root.json'), compared: false });
    const request = await agreed(clientOf(dataDir), own);
    expect(await run(dataDir, request)).toEqual({ done: [], code: 'ROOT_NOT_COMPARED' });
    // positive controls: compared it is taken, and a separate one is taken without
    expect((await run(dataDir, { ...request, compared: true })).done).toContain('verifyMedia');
    const separate = await agreed(clientOf(dataDir), requestFor(vendor, { compared: false }));
    expect((await run(dataDir, separate)).done).toContain('verifyMedia');
  });
});

describe('the officer’s root.json is read once', () => {
  it('what is verified are the bytes that were read, whatever lies under the path later', async () => {
    const { vendor, mallory } = await makeWorld();
    const media = await openMedia(vendor.dir);
    const root = await readOfficerRoot(vendor.rootFile, media.dir);
    await copyFile(mallory.rootFile, vendor.rootFile);
    const input = { media, root, confirmed: null, compared: false };
    const context = recordingContext();
    expect((await verifyMedia.run(input, context)).rootBytes.equals(root.bytes)).toBe(true);
    // positive control: by its path it is another one
    expect(
      await errorOf(verifyMedia.run({ ...input, root: await readOfficerRoot(vendor.rootFile, media.dir) }, context)),
    ).toMatchObject({ code: 'SIGNATURE_UNKNOWN_KEY' });
  });

  it('that is not there or is no root is said as that', async () => {
    const dir = await workDir();
    expect(await errorOf(readOfficerRoot(join(dir, 'none'), dir))).toMatchObject({ code: 'ROOT_MISSING' });
    await writeFile(join(dir, 'large'), Buffer.alloc(100_000));
    expect(await errorOf(readOfficerRoot(join(dir, 'large'), dir))).toMatchObject({ code: 'ROOT_FORMAT' });
    await rm(join(dir, 'large'));
  });
});
