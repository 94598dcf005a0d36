import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { readGguf } from '../../installer/base/gguf/header.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { bufferSource } from './buffer-source.ts';
import { hostileHeaders } from './hostile-headers.ts';
import { askLlama } from './llama/ask-llama.ts';
import * as vectors from './llama/vectors.ts';

const workDir = workDirs();

/** '' where our reader takes the file, else its code and where. */
async function ourAnswer(bytes: Buffer): Promise<string> {
  try {
    await readGguf(bufferSource(bytes), bytes.length);
    return '';
  } catch (error) {
    if (error instanceof InstallerError) return `${error.code} ${error.params.field}`;
    throw error;
  }
}

interface Compared {
  name: string;
  ours: string;
  llama: boolean;
}

async function compare(all: readonly vectors.GgufVector[]): Promise<Compared[]> {
  const dir = await workDir();
  const files = all.map((_, index) => join(dir, `${index}.gguf`));
  for (const [index, { bytes }] of all.entries()) await writeFile(files[index] ?? '', bytes);
  const answers = await askLlama(files);
  return Promise.all(
    all.map(async ({ name, bytes }, index) => ({
      name,
      ours: await ourAnswer(bytes),
      llama: answers.get(files[index] ?? '') ?? false,
    })),
  );
}

const agrees = ({ ours, llama }: Compared) => (ours === '') === llama;

/** Where we refuse what llama.cpp loads when only its vocabulary is asked for: by what our refusal names, with the reason. */
const stricter: readonly [refusal: RegExp, reason: string][] = [
  [/^GGUF_LIMIT /, 'a limit of ours (limits.ts), far above real models'],
  [/^GGUF_UNSUPPORTED tensor_count/, 'no weights: no server can run it'],
  [/^GGUF_NOT_THE_MODEL /, 'it says itself that it is something else; a server refuses it for want of weights'],
  [/^GGUF_MALFORMED (metadata key \d+|tensor name \d+)$/, 'a zero byte in a name, two names to a C string'],
  [
    /^GGUF_MALFORMED llama\./,
    'a number that a server reads, and this question does not: of another type, or beyond all sense',
  ],
  [/^GGUF_MALFORMED tensor t$/, 'more than 2^53 elements, or less than none: their product wraps around in 64 bits'],
  [/^GGUF_MALFORMED general\.architecture$/, 'the name of no architecture'],
];
/** The other way around: a server is newer than the library here, and may know them. */
const laxer = [vectors.unknownArchitecture, vectors.unknownTokenizer].map(({ name }) => name);
/** Damage to a tokenizer's name makes another name of it. */
const isOtherName = ({ bytes }: vectors.GgufVector) => !bytes.includes('no_vocab');

describe('what is valid GGUF: our reader and llama.cpp', { timeout: 300_000 }, () => {
  it('agree on unusual files, on every type, on cuts and on damage, but for what is named', async () => {
    const mutations = vectors.mutated(400);
    const hostile = hostileHeaders.map(({ threat, bytes }) => ({ name: threat, bytes }));
    const named = [vectors.nulKey, vectors.nulTensor, vectors.negative, vectors.manyNumbers, vectors.largeAlignment];
    const all = await compare([
      ...vectors.unusual,
      ...vectors.typeMatrix,
      ...vectors.cuts,
      ...hostile,
      ...mutations,
      ...named,
      vectors.largeCount,
      vectors.unknownArchitecture,
      vectors.unknownTokenizer,
      vectors.wrapped,
    ]);
    const otherNames = new Set(mutations.filter(isOtherName).map(({ name }) => name));
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    for (const one of all.filter((compared) => !agrees(compared))) {
      const reason = one.ours === '' ? undefined : stricter.find(([refusal]) => refusal.test(one.ours))?.[1];
      if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
      else if (!laxer.includes(one.name) && !otherNames.has(one.name))
        unexplained.push(`${one.name}: ours ${one.ours || 'takes it'}, llama.cpp ${one.llama}`);
    }
    const agreed = all.filter(agrees);
    const taken = agreed.filter(({ llama }) => llama).length;
    console.log(
      `GGUF: our reader and llama.cpp agree on ${agreed.length} of ${all.length} files (${taken} taken by both)`,
    );
    for (const [reason, count] of counts) console.log(`  stricter, ${count}: ${reason}`);
    expect(unexplained).toEqual([]);
    expect(agreed.length).toBeGreaterThan(800);
    expect(taken).toBeGreaterThan(150);
    expect(all.filter(({ name }) => vectors.unusual.some((one) => one.name === name)).map(({ ours }) => ours)).toEqual(
      vectors.unusual.map(() => ''),
    );
  });

  it('positive control: readers that take everything, or nothing, are noticed', async () => {
    const all = await compare([...vectors.unusual.slice(0, 10), ...vectors.cuts.slice(0, 10)]);
    expect(all.every(agrees)).toBe(true);
    expect(all.filter((one) => !agrees({ ...one, ours: '' })).length).toBeGreaterThan(5);
    expect(all.filter((one) => !agrees({ ...one, ours: 'refused' })).length).toBeGreaterThan(5);
  });

  it('positive control: a file on which llama.cpp’s process ends counts as refused, and the next ones are asked', async () => {
    const dir = await workDir();
    const files = ['a', 'b'].map((name) => join(dir, name));
    for (const path of files) await writeFile(path, vectors.unusual[0]?.bytes ?? '');
    expect([...(await askLlama(files)).values()]).toEqual([true, true]);
  });
});
