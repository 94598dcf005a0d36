import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createContainerEngine } from '../../installer/adapters/docker/container-engine.ts';
import type { ContainerEngine } from '../../installer/ports/containers.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';
import { bootstrapReference } from '../../installer/registry/bootstrap-image.ts';
import { registryClient } from '../../installer/registry/client.ts';
import { dockerArchive } from '../../installer/registry/docker-archive.ts';
import { readImageTree } from '../../installer/registry/image-tree.ts';
import { type LoadImagesInput, loadImages } from '../../installer/registry/load-images-step.ts';
import { manifestForThisMachine } from '../../installer/registry/platform.ts';
import { isPushed, pushImages } from '../../installer/registry/push.ts';
import { reseatRegistry } from '../../installer/registry/reseat-step.ts';
import { type StartRegistryInput, startRegistry } from '../../installer/registry/start-step.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { removeRegistry } from '../registry/support/remove-registry.ts';
import { fileSize, flipByte, testBundle } from '../registry/support/test-bundle.ts';
import { recordingContext } from '../registry/support/test-context.ts';
import { makeTestImages, type TestImages } from '../registry/support/test-images.ts';
import { type ForwardedPort, forwardPort } from '../site/forward-port.ts';
import { createSite, type Site } from '../site/site.ts';

const log = () => undefined;
const name = 'airgap-registry';
let dir: string;
let site: Site;
let engine: ContainerEngine;
let images: TestImages;
let bundle: VerifiedBundle;
let forwarded: ForwardedPort;
let start: StartRegistryInput;
let load: LoadImagesInput;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-registry-test-');
  images = await makeTestImages(dir, log);
  bundle = await testBundle({ dir, images: Object.values(images) });
  site = await createSite({ dir: join(dir, 'site'), log });
  engine = createContainerEngine({ socketPath: site.engine.socketPath });
  forwarded = await forwardPort(site, dir);
  const { port } = forwarded;
  start = {
    bundle,
    engine,
    product: { registry: { image: 'registry', port } },
    registryDir: join(site.dataDir, 'registry'),
    port,
    site: '1'.repeat(32),
    labels: { 'io.airgap-installer.product': 'test' },
  };
  load = { bundle, engine, address: `127.0.0.1:${port}` };
});

afterAll(async () => {
  await forwarded?.stop();
  await site?.destroy();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
});

/** Nothing of a former test is left in the engine or on disk. */
async function clean(): Promise<void> {
  const refs = bundle.manifest.images.map((image) => `${load.address}/${image.name}@${image.digest}`);
  await removeRegistry({ engine, site: start.site, refs, registryDir: start.registryDir });
  await docker('image', 'prune', '--force', '--all');
}

async function docker(...args: string[]): Promise<string> {
  return String((await site.exec(['docker', ...args])).stdout);
}

describe('the whole path', () => {
  beforeAll(clean);

  test('a registry is started from the bundle, by an archive with zstd layers', async () => {
    const context = recordingContext();
    expect(await startRegistry.check(start, context)).toBeUndefined();
    const output = await startRegistry.run(start, context);
    await startRegistry.verify(output, start, context);
    expect(output).toEqual({ address: load.address });
    expect(await startRegistry.check(start, context)).toEqual(output);
    const { size } = images.registry;
    expect(context.reports.at(-1)?.done).toBeGreaterThanOrEqual(size);
  });

  test('it listens on loopback only and is hardened', async () => {
    const listening = String((await site.exec(['ss', '-Hltn', `sport = :${start.port}`])).stdout);
    const addresses = listening
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[3]);
    expect(addresses).toEqual([`127.0.0.1:${start.port}`]);
    const format = '{{json .HostConfig.ReadonlyRootfs}} {{json .HostConfig.CapDrop}} {{json .HostConfig.SecurityOpt}}';
    expect(await docker('inspect', '--format', `${format} {{.Config.User}}`, name)).toBe(
      'true ["ALL"] ["no-new-privileges"] 65532:65532',
    );
  });

  test('a tampered blob is not committed and its image stays invisible', async () => {
    const [victim] = (await readImageTree(bundle, images.app)).blobs.slice(-1);
    const path = `blobs/${victim?.digest.replace(':', '/')}`;
    const last = fileSize(dir, path) - 1;
    const tampered = await testBundle({
      dir,
      images: Object.values(images),
      tamper: (opened) => (opened === path ? flipByte(last) : undefined),
    });
    const error = await errorOf(loadImages.run({ ...load, bundle: tampered }, recordingContext()));
    expect(error.code).toBe('BUNDLE_FILE_CHANGED');
    const client = registryClient(load.address);
    expect(await client.hasBlob(images.app.name, victim?.digest as never)).toBe(false);
    expect(await client.manifestDigest(images.app.name, images.app.digest)).toBeUndefined();
    expect(await client.manifestDigest(images.app.name, 'release-1')).toBeUndefined();
    client.close();
  });

  test('the registry itself refuses bytes that are not the digest’s', async () => {
    const client = registryClient(load.address, { attempts: 1, firstDelayMs: 1 });
    const { Readable } = await import('node:stream');
    const body = { size: 5, open: () => Readable.from([Buffer.from('hello')]) };
    const error = await errorOf(client.uploadBlob('test/app', images.app.digest, body));
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED', params: { status: 400 } });
    client.close();
  });

  test('images are pushed, and pulled by digest; progress in bytes never goes back', async () => {
    const context = recordingContext();
    expect(await loadImages.check(load, context)).toBeUndefined();
    const output = await loadImages.run(load, context);
    await loadImages.verify(output, load, context);
    for (const image of Object.values(images)) {
      const ref = `${load.address}/${image.name}@${image.digest}`;
      expect(output.images).toContainEqual({ name: image.name, ref, digest: image.digest });
      const tree = await readImageTree(bundle, image);
      expect(tree.ids).toContain(await docker('image', 'inspect', '--format', '{{.Id}}', ref));
    }
    const done = context.reports.map((report) => report.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(context.reports.map(({ total }) => total)).size).toBe(1);
    expect(done.at(-1)).toBe(context.reports.at(-1)?.total);
    expect(done.length).toBeGreaterThan(10);
    expect(await docker('run', '--rm', '--network=none', output.images[1]?.ref ?? '', 'cat', '/note-app')).toBe('app');
    expect(await docker('run', '--rm', '--network=none', output.images[2]?.ref ?? '', 'cat', '/note-multi')).toBe(
      'multi',
    );
  });

  test('afterwards the registry runs out of itself, and its bootstrap image is gone', async () => {
    const context = recordingContext();
    expect(await reseatRegistry.check(start, context)).toBeUndefined();
    const output = await reseatRegistry.run(start, context);
    await reseatRegistry.verify(output, start, context);
    expect((await engine.inspectContainer(name))?.imageRef).toBe(output.ref);
    const references = await docker('image', 'ls', '--all', '--format', '{{.Repository}}');
    expect(references).not.toContain('airgap-bootstrap');
  });

  test('a second run finds all three steps done', async () => {
    const before = await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', name);
    const context = recordingContext();
    expect(await startRegistry.check(start, context)).toEqual({ address: load.address });
    expect((await loadImages.check(load, context))?.images).toHaveLength(3);
    expect(await reseatRegistry.check(start, context)).toBeDefined();
    expect(context.reports).toEqual([]);
    expect(await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}}', name)).toBe(before);
  });

  test('a blob that was lost in the storage is noticed and brought back', async () => {
    const [blob] = (await readImageTree(bundle, images.multi)).blobs;
    const hex = blob?.digest.slice('sha256:'.length) ?? '';
    await rm(join(start.registryDir, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex), { recursive: true });
    // the registry keeps what it knows of blobs in memory
    await docker('restart', name);
    await expect.poll(() => startRegistry.check(start, recordingContext()), { timeout: 30_000 }).toBeDefined();
    expect(await loadImages.check(load, recordingContext())).toBeUndefined();
    const output = await loadImages.run(load, recordingContext());
    await loadImages.verify(output, load, recordingContext());
  });

  test('taken away, it leaves nothing', async () => {
    await clean();
    expect(await docker('ps', '--all', '--quiet')).toBe('');
    expect(await docker('image', 'ls', '--all', '--quiet')).toBe('');
    expect(await docker('volume', 'ls', '--quiet')).toBe('');
    await expect(stat(start.registryDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('interruptions and refusals', () => {
  beforeEach(clean);

  test('an image that only bears the bootstrap name is not run', async () => {
    const tree = await readImageTree(bundle, images.registry);
    const other = await readImageTree(bundle, images.app);
    const stranger = bootstrapReference(tree);
    await engine.loadImage(dockerArchive(bundle, manifestForThisMachine(other).manifest, stranger));
    expect(tree.ids).not.toContain(await engine.imageId(stranger));
    const output = await startRegistry.run(start, recordingContext());
    await startRegistry.verify(output, start, recordingContext());
    expect(tree.ids).toContain((await engine.inspectContainer(name))?.imageId);
  });

  test('a container of somebody else’s under the registry’s name is refused, and stays; so does another installation’s', async () => {
    const app = manifestForThisMachine(await readImageTree(bundle, images.app)).manifest;
    await engine.loadImage(dockerArchive(bundle, app, 'stranger/app:1'));
    await docker('create', '--name', name, 'stranger/app:1');
    const error = await errorOf(startRegistry.run(start, recordingContext()));
    expect(error).toMatchObject({ code: 'NAME_TAKEN', params: { all: `container ${name}` } });
    await clean();
    expect(await docker('ps', '--all', '--format', '{{.Names}}')).toBe(name);
    await docker('rm', name);

    await startRegistry.run(start, recordingContext());
    const second = { ...start, site: '2'.repeat(32) };
    expect((await errorOf(startRegistry.check(second, recordingContext()))).code).toBe('NAME_TAKEN');
    expect((await errorOf(startRegistry.run(second, recordingContext()))).code).toBe('NAME_TAKEN');
    await removeRegistry({ engine, site: second.site, refs: [], registryDir: join(dir, 'second') });
    expect((await engine.inspectContainer(name))?.running).toBe(true);
  });

  test('a push that is cancelled in the middle is completed by the next', async () => {
    await startRegistry.run(start, recordingContext());
    const cancel = new AbortController();
    const context = recordingContext(cancel.signal);
    const cancelling = {
      ...context,
      progress: (done: number, total: number) => {
        if (done > total / 8) cancel.abort();
      },
    };
    const error = await errorOf(loadImages.run(load, cancelling));
    expect(error.code).toBe('CANCELLED');
    const client = registryClient(load.address);
    for (const { name: repository, digest } of Object.values(images)) {
      expect(await client.manifestDigest(repository, digest)).toBeUndefined();
    }
    client.close();
    const output = await loadImages.run(load, recordingContext());
    await loadImages.verify(output, load, recordingContext());
  });

  test('a registry that is started again in the middle of a push is waited for', async () => {
    await startRegistry.run(start, recordingContext());
    const trees = await Promise.all(Object.values(images).map((image) => readImageTree(bundle, image)));
    const client = registryClient(load.address);
    let restarted: Promise<string> | undefined;
    await pushImages(bundle, trees, {
      client,
      tag: 'a',
      onProgress: (done, total) => {
        if (done > total / 8) restarted ??= docker('restart', '--time', '0', name);
      },
    });
    expect(restarted).toBeDefined();
    await restarted;
    for (const tree of trees) expect(await isPushed(client, tree, 'a')).toBe(true);
    client.close();
  });

  test('what the registry has is not sent again; a shared layer is linked, not sent twice', async () => {
    await startRegistry.run(start, recordingContext());
    const opened: string[] = [];
    const counting = { ...bundle, open: (path: string) => opened.push(path) && bundle.open(path) } as VerifiedBundle;
    const trees = await Promise.all(Object.values(images).map((image) => readImageTree(bundle, image)));
    const client = registryClient(load.address);
    await pushImages(counting, trees, { client, tag: 'a' });
    const blobs = new Set(trees.flatMap((tree) => tree.blobs.map(({ digest }) => digest)));
    expect(opened).toHaveLength(blobs.size);
    await pushImages(counting, trees, { client, tag: 'b' });
    expect(opened).toHaveLength(blobs.size);
    client.close();
  });

  test('a load that breaks off leaves no image and no container', async () => {
    const [layer] = (await readImageTree(bundle, images.registry)).blobs.slice(1);
    const path = `blobs/${layer?.digest.replace(':', '/')}`;
    const tampered = await testBundle({
      dir,
      images: Object.values(images),
      tamper: (opened) => (opened === path ? flipByte(1000) : undefined),
    });
    const error = await errorOf(startRegistry.run({ ...start, bundle: tampered }, recordingContext()));
    expect(error.code).toBe('BUNDLE_FILE_CHANGED');
    expect(await docker('image', 'ls', '--all', '--quiet')).toBe('');
    expect(await engine.inspectContainer(name)).toBeUndefined();
  });

  test('a registry that dies at its start is reported with its log', async () => {
    const { registrySpec } = await import('../../installer/registry/registry-container.ts');
    await startRegistry.run(start, recordingContext());
    const image = (await engine.inspectContainer(name))?.imageId ?? '';
    const broken: ContainerEngine = {
      ...engine,
      startContainer: () =>
        engine.startContainer({ ...registrySpec(start, image), command: ['no-such.yml'], restart: 'no' }),
    };
    const error = await errorOf(startRegistry.run({ ...start, engine: broken }, recordingContext()));
    expect(error.code).toBe('REGISTRY_START');
    expect((error.cause as Error).message).toContain('no-such.yml');
  });

  test('a pull that fails after its manifest was served is an error, though the engine said 200', async () => {
    await startRegistry.run(start, recordingContext());
    const tree = await readImageTree(bundle, images.app);
    const client = registryClient(load.address);
    await pushImages(bundle, [tree], { client, tag: 'a' });
    client.close();
    const hex = tree.blobs.at(-1)?.digest.slice('sha256:'.length) ?? '';
    await rm(join(start.registryDir, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex), { recursive: true });
    await docker('restart', name);
    await expect.poll(() => startRegistry.check(start, recordingContext()), { timeout: 30_000 }).toBeDefined();
    const error = await errorOf(engine.pullImage(`${load.address}/test/app@${images.app.digest}`, {}));
    expect(error.code).toBe('IMAGE_PULL');
    expect(error.params.status).toBeUndefined(); // it came in the stream, not as the answer's status
  });

  test('the engine’s absence has its own code', async () => {
    const nowhere = createContainerEngine({ socketPath: join(dir, 'no.sock') });
    const error = await errorOf(nowhere.version());
    expect(error.code).toBe('ENGINE_UNREACHABLE');
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('commands in a container: stdin, exit code, both outputs, bounds, time limit', async () => {
    await startRegistry.run(start, recordingContext());
    const run = (script: string, options: { stdin?: string; timeoutMs?: number } = {}) =>
      engine.exec(name, ['sh', '-c', script], { timeoutMs: 30_000, ...options });
    expect(await run('cat; echo no >&2; exit 3', { stdin: 'höher\n' })).toEqual({
      exitCode: 3,
      stdout: 'höher\n',
      stderr: 'no\n',
    });
    const long = await run('yes a | head -c 5000000; echo end');
    expect(long.stdout.length).toBeLessThan(1024 * 1024 + 100);
    expect(long.stdout.endsWith('a\nend\n')).toBe(true);
    expect((await errorOf(run('sleep 60', { timeoutMs: 300 }))).code).toBe('TIMED_OUT');
    expect((await engine.logs(name, { lines: 3 })).trim().split('\n')).toHaveLength(3);
  });
});
