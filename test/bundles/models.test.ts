import { truncateSync } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import type { ErrorCode } from '../../installer/contract/errors.ts';
import { languages, texts } from '../../installer/contract/texts.ts';
import { verifyWholeBundle } from '../../installer/engine/bundle-view.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { entry, entryText, entryU32, ggufFile, llamaEntries } from '../fixtures/gguf.ts';
import { makeTinyBundle, type TinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { swapModel } from '../fixtures/resign.ts';
import { tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const u16 = (value: number) => Buffer.from([value, 0]);
const whole = await readFile(tinyModel);

/** What was really given as a model, by what it is. */
const noModels: [string, ErrorCode, Buffer][] = [
  ['a page of HTML', 'GGUF_NOT_A_GGUF', Buffer.from('<!DOCTYPE html><html><body>Access denied</body></html>')],
  [
    'a Git LFS pointer',
    'GGUF_NOT_A_GGUF',
    Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
  ],
  ['an empty file', 'GGUF_NOT_A_GGUF', Buffer.alloc(0)],
  ['a model cut off in its weights', 'GGUF_TRUNCATED', whole.subarray(0, -5000)],
  ['a model cut off in its header', 'GGUF_TRUNCATED', whole.subarray(0, 900)],
  ['a big-endian model', 'GGUF_UNSUPPORTED', ggufFile({ version: 0x03000000 })],
  [
    'one part of a model in three',
    'GGUF_SPLIT',
    ggufFile({
      entries: [...llamaEntries, entry('split.no', 'uint16', u16(0)), entry('split.count', 'uint16', u16(3))],
    }),
  ],
  [
    'a LoRA adapter',
    'GGUF_NOT_THE_MODEL',
    ggufFile({ entries: [...llamaEntries, entryText('general.type', 'adapter')] }),
  ],
  [
    'a projector',
    'GGUF_NOT_THE_MODEL',
    ggufFile({ entries: [entryText('general.architecture', 'clip'), ...llamaEntries.slice(1)] }),
  ],
];

describe('what is no model is not sealed as one', () => {
  it.each(noModels)('%s, given with --model: %s', async (_name, code, bytes) => {
    const dir = await workDir();
    const file = join(dir, 'given.gguf');
    await writeFile(file, bytes);
    const error = await errorOf(makeTinyBundle(dir, { models: [{ path: file }] }));
    expect(error.code).toBe(code);
    expect(String(error.params.field)).toContain(file);
    await expect(access(join(dir, 'bundle'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(
    noModels.filter(([, code]) => code !== 'GGUF_NOT_A_GGUF'),
  )('%s, in an archive: %s', async (_name, code, bytes) => {
    const made = await makeTinyBundle(await workDir());
    const archive = join(made.productDir, '../nested.tar');
    await writeFile(archive, tarOf([{ path: 'model.gguf', content: bytes }]));
    const error = await errorOf(create(made, { from: [archive], models: [] }));
    // an adapter beside the model is left out and said; then the model itself is missing
    expect(error.code).toBe(code === 'GGUF_NOT_THE_MODEL' ? 'SOURCE_MODEL_MISSING' : code);
  });

  it('a file that is cut while it is copied: what is asked is the copy', async () => {
    const dir = await workDir();
    const made = await makeTinyBundle(dir);
    const file = join(dir, 'shrinks.gguf');
    await writeFile(file, whole);
    // the model is looked at before the first source is
    const error = await errorOf(
      create(made, { models: [{ path: file }] }, () => truncateSync(file, whole.length - 5000)),
    );
    expect(error.code).toBe('GGUF_TRUNCATED');
  });

  it.each(noModels)('%s that was sealed elsewhere: `bundle verify` says %s', async (_name, code, bytes) => {
    const made = await makeTinyBundle(await workDir());
    await swapModel(made, 'models/tiny.gguf', bytes);
    const error = await errorOf(verified(made));
    expect(error.code).toBe(code);
    expect(error.params.field).toMatch(/^models\/tiny\.gguf: /);
  });

  it('positive control: a model is taken by both, also when it was put in by hand', async () => {
    const made = await makeTinyBundle(await workDir());
    await swapModel(
      made,
      'models/tiny.gguf',
      ggufFile({ entries: [...llamaEntries, entryU32('general.alignment', 32)] }),
    );
    expect((await verified(made)).verified).toBe(true);
  });

  it.each(languages)('the remedies say in %s what to do when a bundle is made, and on the site', (language) => {
    const site = { en: /on the site/i, ru: /на объекте/i }[language];
    for (const [code, { remedy }] of Object.entries(texts[language].errors)) {
      if (code.startsWith('GGUF_')) expect(remedy, code).toMatch(site);
    }
    expect(texts[language].errors.GGUF_SPLIT.remedy).toContain('llama-gguf-split --merge');
  });
});

async function create(made: TinyBundle, change: object, onSource: () => void = () => undefined) {
  const { productDir, archive, rootFile, keys } = made;
  const base = { productDir, images: [archive], rootFile, signKeys: keys, release: 1, created: new Date(0) };
  const platform = { os: 'linux', architecture: 'amd64' };
  return createBundle(
    { ...base, platform, models: [{ path: tinyModel }], out: join(productDir, '../out'), ...change },
    {
      signal: new AbortController().signal,
      onEvent: ({ kind }) => {
        if (kind === 'source') onSource();
      },
    },
  );
}

async function verified(made: TinyBundle) {
  const hashing = verifyWholeBundle({ dir: made.dir, root: made.rootFile }, new AbortController().signal);
  for (;;) {
    const step = await hashing.next();
    if (step.done === true) return step.value;
  }
}
