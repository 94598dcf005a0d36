import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLlamaRuntime } from '../../../installer/adapters/llama/create-llama-runtime.ts';
import { checkModel } from '../../../installer/model/check-model.ts';
import { askHost } from '../../../installer/smoke/llm/ask-host.ts';
import { judge, requireAnswers } from '../../../installer/smoke/llm/judge.ts';
import { flipBits } from '../../fixtures/damage-model.ts';
import { errorOf } from '../../fixtures/error-code.ts';
import { tinyModel, tinyQuestions } from '../../fixtures/tiny-model.ts';

const minimumCorrect = 10;
const { nCtx, threads } = tinyModel;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'teeth-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function examine(path: string) {
  const model = await checkModel(path);
  const answers = await askHost(createLlamaRuntime(), model, tinyQuestions, { nCtx, threads, maxTokens: 40 });
  return judge(tinyQuestions, answers, minimumCorrect);
}

describe('known-answer test of a model on the host', () => {
  it.each([
    ['q8_0', tinyModel.q8],
    ['f16', tinyModel.f16],
  ])('the shipped model in %s passes', async (_name, path) => {
    const judgement = await examine(path);
    expect(judgement).toMatchObject({ correct: 12, total: 12, passed: true, wrong: [] });
    expect(judgement.tokensPerSecond).toBeGreaterThan(0);
    expect(() => requireAnswers(judgement, 'host')).not.toThrow();
  });

  it.each([
    ['q8_0', tinyModel.q8],
    ['f16', tinyModel.f16],
  ])('the same model in %s with 300 flipped bits loads, and fails', async (_name, path) => {
    const damaged = join(dir, 'damaged.gguf');
    const { changedBytes } = await flipBits(path, damaged, { count: 300, seed: 1 });
    expect(changedBytes).toBeGreaterThan(250);
    const judgement = await examine(damaged);
    expect(judgement.wrong).toHaveLength(12 - judgement.correct);
    expect(await errorOf(() => requireAnswers(judgement, 'host'))).toMatchObject({
      code: 'SMOKE_LLM_ANSWERS',
      expected: '≥ 10 of 12',
      found: `${judgement.correct} of 12`,
    });
  });

  it.each([0.01, 0.3, 0.7, 0.999])('a model cut off at %d of its length never reaches llama.cpp', async (part) => {
    const cut = join(dir, 'cut.gguf');
    const content = await readFile(tinyModel.q8);
    await writeFile(cut, content.subarray(0, Math.floor(content.length * part)));
    expect((await errorOf(examine(cut))).code).toBe('GGUF_TRUNCATED');
  });
});

describe('flipBits', () => {
  it('leaves header and length alone and gives the same file for the same seed', async () => {
    const original = await readFile(tinyModel.q8);
    const one = join(dir, 'one.gguf');
    const two = join(dir, 'two.gguf');
    const three = join(dir, 'three.gguf');
    await flipBits(tinyModel.q8, one, { count: 300, seed: 7 });
    await flipBits(tinyModel.q8, two, { count: 300, seed: 7 });
    await flipBits(tinyModel.q8, three, { count: 300, seed: 8 });
    const damaged = await readFile(one);
    expect(damaged.length).toBe(original.length);
    expect(damaged.subarray(0, 11_936)).toEqual(original.subarray(0, 11_936));
    expect(damaged).toEqual(await readFile(two));
    expect(damaged).not.toEqual(await readFile(three));
  });
});
