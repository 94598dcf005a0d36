import { describe, expect, it } from 'vitest';
import { readGguf } from '../../installer/base/gguf/header.ts';
import type { GgufHeader } from '../../installer/base/gguf/types.ts';
import { readModelHeader } from '../../installer/model/check-model.ts';
import { planFit } from '../../installer/model/fit.ts';
import { kvBytesByBlock } from '../../installer/model/kv-cache.ts';
import { layerWeights } from '../../installer/model/layers.ts';
import { type Shape, shape8B, shapedHeader } from '../fixtures/shape.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { bufferSource } from './buffer-source.ts';

const gibibyte = 1024 ** 3;

async function headerOf(shape: Shape): Promise<GgufHeader> {
  const { header, fileSize } = shapedHeader(shape);
  return readGguf(bufferSource(header), fileSize);
}

const header8B = await headerOf(shape8B);
const gpu = (gibibytes: number | null) => ({ vramFreeBytes: gibibytes === null ? null : gibibytes * gibibyte });

describe('planFit for an 8B model, quantised to 4.4 GiB', () => {
  // by hand: 4096 MiB - 512 reserve - 275 compute = 3309; output 411; 118 + 32 KV per block: 19 blocks and the output
  const cases = [
    { on: '24 GiB of VRAM', gpus: [24], ram: 32, plan: { nGpuLayers: -1, layersOnGpu: 33, fits: true, reason: 'gpu' } },
    { on: '8 GiB of VRAM', gpus: [8], ram: 16, plan: { nGpuLayers: -1, fits: true, reason: 'gpu' } },
    { on: '4 GiB of VRAM', gpus: [4], ram: 16, plan: { nGpuLayers: 20, fits: true, reason: 'partialGpu' } },
    { on: 'two GPUs of 4 GiB: not summed', gpus: [4, 4], ram: 16, plan: { nGpuLayers: 20, reason: 'partialGpu' } },
    { on: 'the larger of two', gpus: [4, 24], ram: 16, plan: { nGpuLayers: -1 } },
    { on: 'a GPU too small for one layer', gpus: [0.5], ram: 16, plan: { nGpuLayers: 0, vramBytes: 0, reason: 'cpu' } },
    { on: 'a GPU whose memory is unknown', gpus: [null], ram: 16, plan: { nGpuLayers: 0, reason: 'cpu', fits: true } },
    { on: 'no GPU', gpus: [], ram: 16, plan: { nGpuLayers: 0, vramBytes: 0, nCtx: 8192, reason: 'cpu', fits: true } },
    { on: '5.5 GiB of RAM alone', gpus: [], ram: 5.5, plan: { nCtx: 4096, contextReduced: true, fits: true } },
    {
      on: '4 GiB of RAM alone',
      gpus: [],
      ram: 4,
      plan: { nCtx: 2048, contextReduced: true, fits: false, reason: 'ram' },
    },
    { on: '24 GiB of VRAM but no RAM', gpus: [24], ram: 0.25, plan: { fits: false, reason: 'ram' } },
  ];
  it.each(cases)('on $on', ({ gpus, ram, plan }) => {
    expect(
      planFit({ header: header8B, ramAvailableBytes: ram * gibibyte, gpus: gpus.map(gpu), cores: 8 }),
    ).toMatchObject(plan);
  });

  it('never plans more on a GPU than it has, and no layer less than it could', () => {
    const layer = 150 * 1024 ** 2;
    for (let vram = 1.5 * gibibyte; vram < 6 * gibibyte; vram += gibibyte / 8) {
      const plan = planFit({
        header: header8B,
        ramAvailableBytes: 16 * gibibyte,
        gpus: [{ vramFreeBytes: vram }],
        cores: 8,
      });
      expect(plan.vramBytes).toBeLessThanOrEqual(vram);
      if (plan.layersOnGpu > 0 && plan.nGpuLayers !== -1) expect(vram - plan.vramBytes).toBeLessThan(layer);
    }
  });

  it('caps the context by what the model was trained for', async () => {
    const plan = planFit({
      header: header8B,
      ramAvailableBytes: 64 * gibibyte,
      gpus: [],
      cores: 8,
      contextWanted: 1e6,
    });
    expect(plan).toMatchObject({ nCtx: 8192, contextReduced: false });
  });

  it.each([
    [1, 1],
    [2, 1],
    [4, 3],
    [3.5, 2],
    [8, 7],
    [9, 8],
    [128, 8],
  ])('on %d cores runs %d threads', (cores, nThreads) => {
    expect(planFit({ header: header8B, ramAvailableBytes: 16 * gibibyte, gpus: [], cores }).nThreads).toBe(nThreads);
  });
});

describe('planFit for a model of a megabyte', () => {
  it('runs one thread on any number of cores, in the context it was trained for', async () => {
    const header = await readModelHeader(tinyModel.q8);
    const plan = planFit({ header, ramAvailableBytes: gibibyte, gpus: [], cores: 64 });
    expect(plan).toMatchObject({ nThreads: 1, nCtx: 512, nBatch: 512, layersTotal: 5, fits: true, reason: 'cpu' });
    // 512 tokens · 2 heads · (32 + 32) · 2 bytes · 4 layers
    expect(plan.kvBytes).toBe(524_288);
    expect(plan.weightsBytes).toBe(header.tensorBytes);
  });
});

describe('layerWeights', () => {
  it('puts every byte somewhere', () => {
    const { input, blocks, output, tied } = layerWeights(header8B);
    expect(input + output + blocks.reduce((sum, bytes) => sum + bytes, 0)).toBe(header8B.tensorBytes);
    expect(blocks).toHaveLength(32);
    expect(new Set(blocks).size).toBe(1);
    expect(tied).toBe(0);
  });

  it('counts a tied embedding a second time only where the head moves to the GPU', async () => {
    const tied = await headerOf({ ...shape8B, tied: true });
    const embedding = tied.tensors[0]?.size ?? 0;
    const onCpu = planFit({ header: tied, ramAvailableBytes: 64 * gibibyte, gpus: [], cores: 8 });
    const onGpu = planFit({ header: tied, ramAvailableBytes: 64 * gibibyte, gpus: [gpu(24)], cores: 8 });
    expect(onCpu.weightsBytes).toBe(tied.tensorBytes);
    expect(onGpu.weightsBytes).toBe(tied.tensorBytes + embedding);
  });
});

describe('kvBytesByBlock', () => {
  it('gives nothing to a layer without KV heads', () => {
    const layers = { ...header8B, blockCount: 3, headCountKvByLayer: [0, 8, 0] };
    expect(kvBytesByBlock(layers, 256)).toEqual([0, 256 * 8 * 256 * 2, 0]);
  });
});
