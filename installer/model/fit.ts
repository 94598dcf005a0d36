import type { GgufHeader } from '../base/gguf/types.ts';
import { contextStep, kvBytesByBlock } from './kv-cache.ts';
import { type LayerWeights, layerWeights } from './layers.ts';

const mebibyte = 1024 * 1024;

/** The llama.cpp process itself: code, tokenizer, graph (measured: 60 to 200 MiB). */
const processBytes = 256 * mebibyte;
/** CUDA's context and the libraries' kernels on each GPU (300 to 500 MiB by driver and generation). */
const gpuReserveBytes = 512 * mebibyte;
/** The smallest context that is still of use for questions about code; not gone below to make a model fit. */
const smallestContext = 2048;
const defaultContext = 8192;
const defaultBatch = 512;
const mostThreads = 8;
/** Below this the threads cost more in waiting for each other than they compute. */
const tinyWeightsBytes = 100 * mebibyte;
/** Activations of a batch that live at the same time, in units of the embedding length (llama.cpp's graphs: about 3). */
const liveActivations = 3;

export interface FitInput {
  readonly header: GgufHeader;
  /** RAM that this machine can still give, bytes. */
  readonly ramAvailableBytes: number;
  /** null: the GPU's free memory could not be read, so nothing is planned on it. */
  readonly gpus: readonly { readonly vramFreeBytes: number | null }[];
  /** Cores that may really be used (affinity, cgroup quota); physical ones where known. */
  readonly cores: number;
  /** Tokens; 8192 if absent. */
  readonly contextWanted?: number;
}

/** gpu: all layers there; partialGpu: some; cpu: none; ram: it does not fit even with the smallest context. */
export type FitReason = 'gpu' | 'partialGpu' | 'cpu' | 'ram';

export interface FitPlan {
  /** Tokens. */
  readonly nCtx: number;
  /** As in llama.cpp's `--n-gpu-layers`: -1 all, 0 none. */
  readonly nGpuLayers: number;
  /** The same as a number: 0 to `layersTotal`. */
  readonly layersOnGpu: number;
  readonly nThreads: number;
  readonly nBatch: number;
  /** Bytes needed in RAM, on the GPU, for the KV cache (part of both) and for the weights (part of both). */
  readonly ramBytes: number;
  readonly vramBytes: number;
  readonly kvBytes: number;
  readonly weightsBytes: number;
  /** Blocks and the output layer. */
  readonly layersTotal: number;
  readonly fits: boolean;
  /** True when the context had to be made smaller than wanted and possible for the model. */
  readonly contextReduced: boolean;
  readonly reason: FitReason;
}

/**
 * How llama.cpp should run a model on this machine: one GPU (the one with the most free memory; several are not summed, for
 * a model split over them needs more than the sum), flash attention on as llama.cpp does by itself, F16 cache.
 */
export function planFit(input: FitInput): FitPlan {
  const { header } = input;
  const weights = layerWeights(header);
  const most = header.contextLength ?? defaultContext;
  const wanted = Math.min(input.contextWanted ?? defaultContext, most);
  let plan = planAt(input, weights, wanted, false);
  for (let nCtx = wanted; !plan.fits && Math.floor(nCtx / 2) >= smallestContext; ) {
    nCtx = Math.floor(nCtx / 2);
    plan = planAt(input, weights, nCtx, true);
  }
  return plan;
}

function planAt(input: FitInput, weights: LayerWeights, nCtx: number, contextReduced: boolean): FitPlan {
  const { header } = input;
  const nBatch = Math.min(defaultBatch, nCtx);
  const kv = kvBytesByBlock(header, roundUp(nCtx));
  const compute = computeBytes(header, nBatch);
  const layersTotal = weights.blocks.length + 1;
  const vramFree = Math.max(0, ...input.gpus.map((gpu) => gpu.vramFreeBytes ?? 0));

  // llama.cpp fills the GPU from the end: the output layer first, then the last block, and so on
  let layersOnGpu = 0;
  let onGpu = 0;
  const gpuFixed = compute + gpuReserveBytes;
  for (let layer = layersTotal - 1; layer >= 0; layer--) {
    const bytes = layerBytes(weights, kv, layer);
    if (gpuFixed + onGpu + bytes > vramFree) break;
    onGpu += bytes;
    layersOnGpu++;
  }
  const kvBytes = sum(kv);
  const shared = layersOnGpu === 0 ? weights.tied : 0;
  const weightsBytes = weights.input + sum(weights.blocks) + weights.output - shared;
  const ramBytes = weightsBytes + kvBytes - onGpu + compute + processBytes;
  const fits = ramBytes <= input.ramAvailableBytes;
  return {
    nCtx,
    nGpuLayers: layersOnGpu === layersTotal ? -1 : layersOnGpu,
    layersOnGpu,
    nThreads: threads(input.cores, weightsBytes),
    nBatch,
    ramBytes,
    vramBytes: layersOnGpu === 0 ? 0 : onGpu + gpuFixed,
    kvBytes,
    weightsBytes,
    layersTotal,
    fits,
    contextReduced,
    reason: fits ? place(layersOnGpu, layersTotal) : 'ram',
  };
}

/** A layer's weights and its part of the KV cache; the output layer (the last) has no cache. */
function layerBytes(weights: LayerWeights, kv: readonly number[], layer: number): number {
  return (weights.blocks[layer] ?? weights.output) + (kv[layer] ?? 0);
}

/** A batch's logits and activations as float32: needed where the output is computed and where it is handed over. */
function computeBytes(header: GgufHeader, nBatch: number): number {
  return 4 * nBatch * ((header.vocabSize ?? 0) + liveActivations * (header.embeddingLength ?? 0));
}

/** One core stays with the machine: a thread that has to wait for a core makes all others wait. */
function threads(cores: number, weightsBytes: number): number {
  if (weightsBytes < tinyWeightsBytes) return 1;
  return Math.max(1, Math.min(mostThreads, Math.floor(cores) - 1));
}

function place(layersOnGpu: number, layersTotal: number): FitReason {
  if (layersOnGpu === 0) return 'cpu';
  return layersOnGpu === layersTotal ? 'gpu' : 'partialGpu';
}

/** llama.cpp makes the cache this long whatever was asked for. */
function roundUp(tokens: number): number {
  return Math.ceil(tokens / contextStep) * contextStep;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
