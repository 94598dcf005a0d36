import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GgufInsights, getLlama, LlamaLogLevel, readGgufFileInfo } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GgufHeader } from '../../installer/base/gguf/types.ts';
import { readModelHeader } from '../../installer/model/check-model.ts';
import { type FitPlan, planFit } from '../../installer/model/fit.ts';
import { shape8B, writeShapedFile } from '../fixtures/shape.ts';

const mebibyte = 1024 ** 2;
/** What planFit sets aside and the library's estimators do not: the process in RAM, CUDA's context on the GPU. */
const processBytes = 256 * mebibyte;
const gpuReserveBytes = 512 * mebibyte;

/**
 * node-llama-cpp's older estimators, which split rightly between RAM and VRAM, as the second opinion: weights within 1 %,
 * context within 5 % of theirs where they are exact (everything on one side), RAM within 10 % where layers are split.
 */
describe('planFit beside GgufInsights for an 8B model', () => {
  let dir: string;
  let header: GgufHeader;
  let insights: GgufInsights;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fit-'));
    const path = join(dir, 'shape.gguf');
    await writeShapedFile(path, shape8B);
    header = await readModelHeader(path);
    const llama = await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      logLevel: LlamaLogLevel.error,
    });
    insights = await GgufInsights.from(await readGgufFileInfo(path, { logWarnings: false }), llama);
  });

  afterAll(() => rm(dir, { recursive: true, force: true }));

  function plan(layers: number, contextWanted: number): FitPlan {
    // VRAM is tried upwards until as many layers fit as are to be compared
    for (let vram = 0; vram < 16 * 1024; vram += 8) {
      const gpus = [{ vramFreeBytes: vram * mebibyte }];
      const found = planFit({ header, ramAvailableBytes: 64 * 1024 * mebibyte, gpus, cores: 8, contextWanted });
      if (found.layersOnGpu === layers) return found;
    }
    throw new Error(`no VRAM gives ${layers} layers`);
  }

  function estimate(gpuLayers: number, contextSize: number) {
    const model = insights.estimateModelResourceRequirements({ gpuLayers, useMmap: false });
    const context = insights.estimateContextResourceRequirements({
      contextSize,
      modelGpuLayers: gpuLayers,
      batchSize: 512,
      sequences: 1,
      flashAttention: true,
    });
    return { model, context };
  }

  it('all 33 layers on the GPU, 8192 tokens: 1300 MiB of context, 1024 of them KV', () => {
    const { model, context } = estimate(33, 8192);
    const ours = plan(33, 8192);
    expect(ours.kvBytes).toBe(1024 * mebibyte);
    expect(context.gpuVram / mebibyte).toBeCloseTo(1300, 0);
    const ourContext = ours.vramBytes - gpuReserveBytes - model.gpuVram;
    expect(ourContext / context.gpuVram).toBeGreaterThan(0.95);
    expect(ourContext / context.gpuVram).toBeLessThan(1.05);
  });

  it.each([
    [0, 2048],
    [0, 8192],
    [33, 2048],
    [10, 2048],
    [10, 8192],
    [20, 8192],
    [32, 8192],
  ])('%d layers on the GPU, %d tokens', (layers, tokens) => {
    const { model, context } = estimate(layers, tokens);
    const ours = plan(layers, tokens);
    expect(ours.weightsBytes / (model.cpuRam + model.gpuVram)).toBeCloseTo(1, 2);
    const ram = (ours.ramBytes - processBytes) / (model.cpuRam + context.cpuRam);
    expect(ram).toBeGreaterThan(0.9);
    expect(ram).toBeLessThan(1.1);
    if (layers === 0) return;
    const vram = (ours.vramBytes - gpuReserveBytes) / (model.gpuVram + context.gpuVram);
    expect(vram).toBeGreaterThan(0.95);
    expect(vram).toBeLessThan(1.05);
  });
});
