import { appendFile, copyFile, cp, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWire } from '../../installer/base/errors.ts';
import { localiser } from '../../installer/base/localise.ts';
import { hashEveryByte } from '../../installer/media/hash-every-byte.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, type TinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { Tally } from './tally.ts';

const workDir = workDirs();
const partSize = 130_000;
const named = new Tally('missing, stale, swapped or damaged parts', 'named exactly, in both languages', 20);
const part = (number: number) => `models/tiny.gguf.part00${number}`;
let release1: TinyBundle;
let release2: TinyBundle;

beforeAll(async () => {
  release1 = await makeTinyBundle(await workDir(), { partSize });
  const dir = await workDir();
  const other = join(dir, 'tiny.gguf');
  // another model of nearly the same size: some parts are as long as the first one's, the last is not
  const bytes = await readFile(tinyModel);
  await rm(other, { force: true });
  await copyFile(tinyModel, other);
  // in each part, and behind the header, which is read when the bundle is made
  for (let at = 100_000; at < bytes.length; at += partSize) await flipByte(other, at);
  await appendFile(other, 'x');
  release2 = await makeTinyBundle(dir, { partSize, models: [{ path: other }], release: 2 });
});

type Act = (place: (file: string) => string, older: (file: string) => string) => Promise<unknown>;
const swap =
  (a: string, b: string): Act =>
  async (place) => {
    await rename(place(a), place('swap'));
    await rename(place(b), place(a));
    await rename(place('swap'), place(b));
  };

const cases: readonly [name: string, act: Act, code: string, file: string][] = [
  ...[1, 2, 3, 4, 5, 6].map((number): [string, Act, string, string] => [
    `part ${number} is missing`,
    (place) => rm(place(part(number))),
    'BUNDLE_FILE_MISSING',
    part(number),
  ]),
  ...[1, 2, 5, 6].map((number): [string, Act, string, string] => [
    `part ${number} is damaged`,
    (place) => flipByte(place(part(number)), 4711),
    'BUNDLE_FILE_CHANGED',
    part(number),
  ]),
  ...[1, 2, 3].map((number): [string, Act, string, string] => [
    `part ${number} is stale: the release before had one of the same name and size`,
    (place, older) => copyFile(older(part(number)), place(part(number))),
    'BUNDLE_FILE_CHANGED',
    part(number),
  ]),
  [
    'the last part is stale, in another size',
    (place, older) => copyFile(older(part(6)), place(part(6))),
    'BUNDLE_FILE_SIZE',
    part(6),
  ],
  [
    'a part too many is left from another cutting',
    (place) => copyFile(place(part(1)), place(part(7))),
    'BUNDLE_FILE_UNLISTED',
    part(7),
  ],
  [
    'the whole file lies beside its parts',
    (place) => copyFile(tinyModel, place('models/tiny.gguf')),
    'BUNDLE_FILE_UNLISTED',
    'models/tiny.gguf',
  ],
  ['parts 2 and 3 have changed places', swap(part(2), part(3)), 'BUNDLE_FILE_CHANGED', part(2)],
  ['parts 1 and 5 have changed places', swap(part(1), part(5)), 'BUNDLE_FILE_CHANGED', part(1)],
  ['part 3 and the shorter last one have changed places', swap(part(3), part(6)), 'BUNDLE_FILE_SIZE', part(3)],
  [
    'part 4 is another copy of part 2',
    (place) => copyFile(place(part(2)), place(part(4))),
    'BUNDLE_FILE_CHANGED',
    part(4),
  ],
  ['part 2 is cut short', (place) => truncate(place(part(2)), 129_999), 'BUNDLE_FILE_SIZE', part(2)],
  ['part 2 is empty', (place) => truncate(place(part(2)), 0), 'BUNDLE_FILE_SIZE', part(2)],
  ['part 2 is one byte longer', (place) => appendFile(place(part(2)), 'x'), 'BUNDLE_FILE_SIZE', part(2)],
];

describe('parts of a model', () => {
  it.each(cases)('%s', async (name, act, code, file) => {
    const dir = join(await workDir(), 'bundle');
    await cp(release2.dir, dir, { recursive: true });
    await act(
      (path) => join(dir, path),
      (path) => join(release1.dir, path),
    );
    const error = await errorOf(
      openMedia(dir)
        .then((media) => verifyBundle({ media, root: release2.rootFile }))
        .then((bundle) => hashEveryByte(bundle, { signal: new AbortController().signal })),
    );
    // what the officer reads: the remedy names the one file to copy again, or to look after
    const remedies = (['en', 'ru'] as const).map((language) => localiser(language).error(toWire(error)).remedy);
    const held = error.code === code && error.params.file === file && remedies.every((text) => text.includes(file));
    named.add(name, held);
    expect({ code: error.code, file: error.params.file }).toEqual({ code, file });
    for (const text of remedies) expect(text).toContain(file);
  });

  it('positive control: untouched they are joined to the model', async () => {
    const bundle = await verifyBundle({ media: await openMedia(release2.dir), root: release2.rootFile });
    expect(bundle.file('models/tiny.gguf').parts).toHaveLength(6);
    expect((await hashEveryByte(bundle, { signal: new AbortController().signal })).bytes).toBe(release2.result.bytes);
  });
});

afterAll(() => {
  named.close();
});
