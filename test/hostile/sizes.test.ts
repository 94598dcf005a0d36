import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultChunkSize } from '../../installer/contract/manifest.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { makeTinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { readBack, sizeDigests } from './check-size.ts';
import { Tally } from './tally.ts';

const workDir = workDirs();
const GiB = 1024 ** 3;
/** Where 32-bit numbers, signed and not, and FAT32 end. Sparse: they take no room. 50 GB is in `npm run test:trust:large`. */
const sizes = [2 * GiB - 1, 2 * GiB + 1, 4 * GiB - 1, 4 * GiB + 1];
const changedLast = new Tally(
  'files of 2 GiB ± 1 and 4 GiB ± 1',
  'with their last byte changed are caught, the file or part named',
  4,
);
const roundTrips = new Tally('files in parts', 'read back as they were', 12);

describe('around the borders of numbers', { timeout: 900_000 }, () => {
  let digests: ReturnType<typeof sizeDigests>;
  beforeAll(() => {
    digests = sizeDigests(sizes);
  }, 600_000);

  it.each([2 * GiB + 1, 4 * GiB + 1])('a file of %i bytes is read back', async (size) => {
    const { bytes } = await readBack(await workDir(), size, digests, 1);
    roundTrips.add(String(size), bytes === size);
    expect(bytes).toBe(size);
  });

  it.each(sizes)('a file of %i bytes with its last byte changed is caught', async (size) => {
    const { code, params, expectedFile, parts } = await readBack(await workDir(), size, digests, 2);
    changedLast.add(String(size), code === 'BUNDLE_FILE_CHANGED' && params.file === expectedFile);
    expect({ code, file: params?.file }).toEqual({ code: 'BUNDLE_FILE_CHANGED', file: expectedFile });
    // in one piece, the chunk is named as well
    if (parts === 1) expect(params?.offset).toBe(Math.floor((size - 1) / defaultChunkSize) * defaultChunkSize);
  });
});

describe('parts, written and joined', () => {
  it.each(
    [-1, 0, 1, 2].flatMap((delta) => [1, 2, 7].map((count) => ({ count, delta }))),
  )('$count parts, the last $delta bytes off', async ({ count, delta }) => {
    const model = await readFile(tinyModel);
    const partSize = Math.ceil(model.length / count) + delta;
    const bundle = await makeTinyBundle(await workDir(), { partSize, chunkSize: 65_536 });
    const verified = await verifyBundle({ media: await openMedia(bundle.dir), root: bundle.rootFile });
    const same = (await verified.read('models/tiny.gguf', 1e9)).equals(model);
    roundTrips.add(`${count} ${delta}`, same);
    expect(same).toBe(true);
    expect(verified.file('models/tiny.gguf').parts?.length ?? 1).toBe(Math.ceil(model.length / partSize));
  });
});

afterAll(() => {
  changedLast.close();
  roundTrips.close();
});
