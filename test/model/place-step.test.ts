import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporarySuffix } from '../../installer/base/atomic-file.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { placeModel } from '../../installer/model/place-step.ts';
import type { StepContext, StepEventBody } from '../../installer/ports/step.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { folderBundle } from './folder-bundle.ts';

const content = await readFile(tinyModel.q8);
const hex = sha256(content).slice('sha256:'.length);

let root: string;
let modelsDir: string;
let stick: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'place-'));
  modelsDir = join(root, 'models');
  stick = join(root, 'stick');
  await mkdir(join(stick, 'models'), { recursive: true });
  await mkdir(modelsDir);
  await writeFile(join(stick, 'models/tiny.gguf'), content);
});

afterEach(() => rm(root, { recursive: true, force: true }));

function recorder(signal = new AbortController().signal) {
  const progress: [done: number, total: number][] = [];
  const events: StepEventBody[] = [];
  const context: StepContext = {
    signal,
    progress: (done, total) => progress.push([done, total]),
    making: () => undefined,
    isOurs: () => false,
    emit: (event) => events.push(event),
  };
  return { context, progress, events };
}

const input = (signed = content, openAs?: () => Readable) => ({
  bundle: folderBundle(stick, openAs === undefined ? { signed } : { signed, openAs }),
  modelId: 'tiny',
  modelsDir,
});

const place = () => placeModel.run(input(), recorder().context);
const check = () => placeModel.check(input(), recorder().context);

/** Nothing below the models' folder: not the model, not a part of it, not a folder for it. */
const leftBehind = (): Promise<string[]> => readdir(modelsDir, { recursive: true });

/** Writes the same bytes again: another time in the file system, the same hash. */
async function touch(path: string): Promise<void> {
  await utimes(path, new Date(2020, 1, 1), new Date(2020, 1, 1));
}

describe('placeModel.run', () => {
  it('places the model readable for the container, with its header, progress in bytes and an artifact', async () => {
    const { context, progress, events } = recorder();
    const placed = await placeModel.run(input(), context);
    expect(placed).toMatchObject({
      path: join(modelsDir, hex, 'model.gguf'),
      digest: `sha256:${hex}`,
      size: content.length,
      header: { architecture: 'llama', blockCount: 4, parameterCount: 689_280 },
    });
    expect(await readFile(placed.path)).toEqual(content);
    expect((await stat(placed.path)).mode & 0o777).toBe(0o644);
    expect((await stat(dirname(placed.path))).mode & 0o777).toBe(0o755);
    expect((await readdir(join(modelsDir, hex))).sort()).toEqual(['model.gguf', 'model.gguf.stamp']);
    const done = progress.map(([bytes]) => bytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.length).toBeGreaterThan(3);
    expect(progress.at(-1)).toEqual([content.length, content.length]);
    expect(events).toEqual([
      {
        kind: 'artifact',
        artifact: { type: 'model', name: 'tiny', digest: `sha256:${hex}`, size: content.length },
      },
    ]);
    await placeModel.verify(placed, input(), context);
  });

  it('is readable for the container under a strict umask, too', async () => {
    const before = process.umask(0o077);
    try {
      const { path } = await place();
      expect((await stat(path)).mode & 0o777).toBe(0o644);
      expect((await stat(dirname(path))).mode & 0o777).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });

  it('sweeps away what a killed run has left', async () => {
    await mkdir(join(modelsDir, hex));
    await writeFile(join(modelsDir, hex, `.model.0123456789ab${temporarySuffix}`), 'half');
    const { path } = await place();
    expect((await readdir(dirname(path))).sort()).toEqual(['model.gguf', 'model.gguf.stamp']);
  });

  it('replaces a file of the right size whose content is not the signed one', async () => {
    const { path } = await place();
    const damaged = Buffer.from(content);
    damaged[500_000] = (damaged[500_000] ?? 0) ^ 1;
    await writeFile(path, damaged);
    expect(await check()).toBeUndefined();
    await place();
    expect(await readFile(path)).toEqual(content);
  });
});

describe('placeModel.run refuses and leaves nothing', () => {
  const damaged = Buffer.from(content);
  damaged[700_000] = (damaged[700_000] ?? 0) ^ 0x40;
  const noModel = Buffer.from('<!DOCTYPE html><title>404</title>'.padEnd(4096));

  it.each([
    ['a changed byte', () => input(content, () => Readable.from([damaged])), 'MODEL_DIGEST'],
    ['a byte less', () => input(content, () => Readable.from([content.subarray(1)])), 'MODEL_DIGEST'],
    ['a stream without end', () => input(content, () => Readable.from(endless())), 'MODEL_DIGEST'],
    ['a signed file that is no GGUF', () => input(noModel, () => Readable.from([noModel])), 'GGUF_NOT_A_GGUF'],
    [
      'a signed GGUF that is cut off',
      () => input(content.subarray(0, 400_000), () => Readable.from([content.subarray(0, 400_000)])),
      'GGUF_TRUNCATED',
    ],
    ['a stick that is pulled out', () => input(content, () => createReadStream(join(root, 'gone'))), 'PATH_MISSING'],
    ['a stream that has failed before anyone listens', () => input(content, failed), 'IO'],
    ['a model that the bundle does not carry', () => ({ ...input(), modelId: 'other' }), 'BUNDLE_FORMAT'],
  ])('%s', async (_name, bad, code) => {
    const error = await errorOf(placeModel.run(bad(), recorder().context));
    expect(error.code).toBe(code);
    expect(await leftBehind()).toEqual([]);
  });

  it('a cancelled copy', async () => {
    const controller = new AbortController();
    const context: StepContext = {
      ...recorder(controller.signal).context,
      progress: (done) => {
        if (done > 100_000) controller.abort('the officer');
      },
    };
    const error = await errorOf(placeModel.run(input(), context));
    expect(error.code).toBe('CANCELLED');
    expect(await leftBehind()).toEqual([]);
  });

  it('a cancelled copy from a stick that has stopped answering', async () => {
    const controller = new AbortController();
    const silent = new Readable({ read: () => setImmediate(() => controller.abort()) });
    const run = placeModel.run(
      input(content, () => silent),
      recorder(controller.signal).context,
    );
    expect((await errorOf(run)).code).toBe('CANCELLED');
    expect(await leftBehind()).toEqual([]);
  });

  it('a full disk', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
    async function* failing(): AsyncGenerator<Buffer> {
      yield content.subarray(0, 1000);
      throw full;
    }
    const error = await errorOf(
      placeModel.run(
        input(content, () => Readable.from(failing())),
        recorder().context,
      ),
    );
    expect(error.code).toBe('DISK_FULL');
    expect(await leftBehind()).toEqual([]);
  });

  const failed = (): Readable =>
    new Readable().destroy(Object.assign(new Error('input/output error'), { code: 'EIO', errno: -5, syscall: 'read' }));

  function* endless(): Generator<Buffer> {
    while (true) yield content;
  }
});

describe('placeModel.check', () => {
  it('has nothing to say before the first run', async () => {
    expect(await check()).toBeUndefined();
  });

  it('takes an untouched file by its stamp, without writing anything', async () => {
    const placed = await place();
    const written = async () => (await stat(`${placed.path}.stamp`, { bigint: true })).ctimeNs;
    const before = await written();
    expect(await check()).toEqual(placed);
    expect(await written()).toBe(before);
  });

  it('hashes a touched file again and takes it when the hash holds', async () => {
    const placed = await place();
    await touch(placed.path);
    const stale = await readFile(`${placed.path}.stamp`, 'utf8');
    expect(await check()).toEqual(placed);
    expect(await readFile(`${placed.path}.stamp`, 'utf8')).not.toBe(stale);
  });

  it('sees content changed behind a modification time set back', async () => {
    const placed = await place();
    await touch(placed.path);
    expect(await check()).toEqual(placed);
    const damaged = Buffer.from(content);
    damaged[600_000] = (damaged[600_000] ?? 0) ^ 1;
    await writeFile(placed.path, damaged);
    await touch(placed.path);
    expect(await check()).toBeUndefined();
  });

  it.each([
    ['that is missing', (path: string) => rm(path)],
    ['that is no JSON', (path: string) => writeFile(path, '{')],
    ['of another kind', (path: string) => writeFile(path, '{"digest":1}')],
  ])('does without a stamp %s', async (_name, spoil) => {
    const placed = await place();
    await spoil(`${placed.path}.stamp`);
    expect(await check()).toEqual(placed);
  });

  it.each([
    ['of another size', (path: string) => writeFile(path, content.subarray(1))],
    ['that the container could not read', (path: string) => chmod(path, 0o600)],
    ['in a folder that the container could not enter', (path: string) => chmod(dirname(path), 0o700)],
    ['that is a folder', async (path: string) => rm(path).then(() => mkdir(path))],
  ])('is not content with a file %s', async (_name, spoil) => {
    const placed = await place();
    await spoil(placed.path);
    expect(await check()).toBeUndefined();
  });
});

describe('placeModel.verify', () => {
  it.each([
    ['MODEL_DIGEST', (path: string) => writeFile(path, content.subarray(0, 1000))],
    ['GGUF_NOT_A_GGUF', (path: string) => writeFile(path, Buffer.alloc(content.length))],
    ['PATH_MISSING', (path: string) => rm(path)],
  ])('fails with %s', async (code, spoil) => {
    const placed = await place();
    await spoil(placed.path);
    expect((await errorOf(placeModel.verify(placed, input(), recorder().context))).code).toBe(code);
  });
});
