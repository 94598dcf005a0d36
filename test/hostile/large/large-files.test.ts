import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashEveryByte } from '../../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../../installer/media/open-media.ts';
import { verifyBundle } from '../../../installer/trust/verify-bundle.ts';
import { makeTinyBundle } from '../../fixtures/make-bundle.ts';
import { workDirs } from '../../fixtures/work-dir.ts';
import { readBack, sizeDigests } from '../check-size.ts';

const workDir = workDirs();
const size = 50_000_000_000;
const signal = new AbortController().signal;

it('a model of 50 GB (sparse) is read back, and a changed last byte is caught', async () => {
  const digests = sizeDigests([size]);
  const intact = await readBack(await workDir(), size, digests, 1);
  console.log(`50 GB model: ${intact.bytes} of ${size} bytes read back from ${intact.parts} parts`);
  expect(intact.bytes).toBe(size);
  const { code, params, expectedFile } = await readBack(await workDir(), size, digests, 2);
  console.log(`50 GB model with its last byte changed: ${code} ${params?.file}`);
  expect({ code, file: params?.file }).toEqual({ code: 'BUNDLE_FILE_CHANGED', file: expectedFile });
});

it('a model of 4 GiB + 1 is written by `bundle create` in parts that FAT32 takes, and read back', async () => {
  const dir = await workDir();
  const model = join(dir, 'tiny.gguf');
  await writeFile(model, '');
  await truncate(model, 4 * 1024 ** 3 + 1);
  const bundle = await makeTinyBundle(dir, { models: [{ path: model }] });
  const verified = await verifyBundle({ media: await openMedia(bundle.dir), root: bundle.rootFile });
  const { parts = [] } = verified.file('models/tiny.gguf');
  console.log(`4 GiB + 1: parts of ${parts.map((part) => part.size).join(' and ')} bytes`);
  expect(Math.max(...parts.map((part) => part.size))).toBeLessThan(4 * 1024 ** 3);
  expect((await hashEveryByte(verified, { signal })).bytes).toBe(bundle.result.bytes);
});
