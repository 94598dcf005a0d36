import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectModel } from '../../installer/model/bundle-model.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { shape8B, shapedHeader } from '../fixtures/shape.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { folderBundle } from './folder-bundle.ts';

let stick: string;

beforeEach(async () => {
  stick = await mkdtemp(join(tmpdir(), 'inspect-'));
  await mkdir(join(stick, 'models'));
});
afterEach(() => rm(stick, { recursive: true, force: true }));

async function bundleOf(content: Buffer) {
  await writeFile(join(stick, 'models/tiny.gguf'), content);
  return folderBundle(stick, { signed: content });
}

describe('inspectModel', () => {
  it('reads the header on the stick', async () => {
    const bundle = await bundleOf(await readFile(tinyModel.f16));
    await expect(inspectModel(bundle, 'tiny')).resolves.toMatchObject({ architecture: 'llama', contextLength: 512 });
  });

  it('asks for more when a header is larger than the first look', async () => {
    const { header, fileSize } = shapedHeader(shape8B);
    const bundle = await bundleOf(header);
    const whole = { ...bundle.manifest, models: bundle.manifest.models.map((model) => ({ ...model, size: fileSize })) };
    expect(header.length).toBeGreaterThan(2 * 1024 * 1024);
    await expect(inspectModel({ ...bundle, manifest: whole }, 'tiny')).resolves.toMatchObject({ tensorCount: 291 });
  });

  it('says early that a file is no GGUF', async () => {
    const bundle = await bundleOf(Buffer.from('<!DOCTYPE html>'.padEnd(4096)));
    expect((await errorOf(inspectModel(bundle, 'tiny'))).code).toBe('GGUF_NOT_A_GGUF');
  });

  it('says early that a file is cut off', async () => {
    const bundle = await bundleOf((await readFile(tinyModel.q8)).subarray(0, 500_000));
    expect((await errorOf(inspectModel(bundle, 'tiny'))).code).toBe('GGUF_TRUNCATED');
  });

  it('names the models that are there when one is asked for that is not', async () => {
    const bundle = await bundleOf(await readFile(tinyModel.q8));
    expect(await errorOf(inspectModel(bundle, 'qwen'))).toMatchObject({
      code: 'BUNDLE_FORMAT',
      expected: 'qwen',
      found: 'tiny',
    });
  });
});
