import { isIP } from 'node:net';
import { divide, formatNetwork, parseNetwork } from '../base/ipv4-network.ts';
import type { GpuFact, HardwareFacts } from '../contract/facts.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { AnswerValue } from './input-types.ts';
import type { RenderValues } from './placeholders.ts';

/** How llama.cpp is to run here; as model/fit.ts computes it. `nGpuLayers` -1: all layers, 0: none. */
export interface LlmSettings {
  readonly nCtx: number;
  readonly nGpuLayers: number;
  readonly nBatch: number;
  readonly nThreads: number;
}

export interface ValueSources {
  readonly product: ProductDefinition;
  /** Checked (answers.ts). */
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly facts: HardwareFacts;
  readonly llm: LlmSettings;
  readonly modelPath: string;
  readonly dataDir: string;
  readonly releaseDir: string;
  readonly release: number;
}

/** More layers than any model has: servers differ in what -1 means to them. */
const allLayers = 999;
/** Memory is told in steps of this size, so that another kernel's few megabytes do not change the configuration. */
const memoryStep = 256 * 2 ** 20;

/**
 * The closed set of names that a product's templates may use:
 *
 * - `answers.ID`: each input's value; `hosts.ID`: the same for host and address inputs, IPv6 in brackets as in URLs
 * - `subnets.ID.1`, `subnets.ID.2`…: the equal parts of a subnet input's network
 * - `llm.nCtx`, `llm.nGpuLayers`, `llm.nBatch`, `llm.nThreads`; `llm.serverGpuLayers`: as llama-server takes it, never
 *   negative
 * - `paths.data`, `paths.release`, `paths.model`: absolute, on the host
 * - `hardware.cores`, `hardware.ramBytes`: what limits may use; `hardware.gpuDevice`: UUID or index, empty without a GPU
 * - `product.name`, `product.version`, `release.number`
 */
export function renderValues(sources: ValueSources): RenderValues {
  const { product, answers, facts, llm } = sources;
  const values: Record<string, AnswerValue> = {
    'llm.nCtx': llm.nCtx,
    'llm.nGpuLayers': llm.nGpuLayers,
    'llm.nBatch': llm.nBatch,
    'llm.nThreads': llm.nThreads,
    'llm.serverGpuLayers': llm.nGpuLayers < 0 ? allLayers : llm.nGpuLayers,
    'paths.data': sources.dataDir,
    'paths.release': sources.releaseDir,
    'paths.model': sources.modelPath,
    'hardware.cores': usableCores(facts),
    'hardware.ramBytes': usableMemory(facts),
    'hardware.gpuDevice': gpuDevice(facts.gpus),
    'product.name': product.name,
    'product.version': product.version,
    'release.number': sources.release,
  };
  for (const input of product.inputs) {
    const value = answers[input.id];
    if (value === undefined) continue;
    values[`answers.${input.id}`] = value;
    if (input.type === 'subnet') {
      const network = parseNetwork(String(value));
      const parts = network === undefined ? [] : divide(network, input.parts);
      for (const [index, part] of parts.entries()) values[`subnets.${input.id}.${index + 1}`] = formatNetwork(part);
    }
    if (input.type === 'host' || input.type === 'address') {
      values[`hosts.${input.id}`] = isIP(String(value)) === 6 ? `[${value}]` : value;
    }
  }
  return values;
}

/** True where layers of the model run on an NVIDIA GPU that answers. */
export function usesGpu(facts: HardwareFacts, llm: LlmSettings): boolean {
  return facts.nvidia.state === 'ok' && facts.gpus.length > 0 && llm.nGpuLayers !== 0;
}

/** Whole cores, at least one: Docker Engine refuses a limit above the cores that it sees. */
function usableCores({ cpu }: HardwareFacts): number {
  return Math.max(1, Math.floor(Math.min(cpu.usableCores, cpu.logicalCores)));
}

/** Bytes. */
function usableMemory({ memory }: HardwareFacts): number {
  const bytes = Math.min(memory.totalBytes, memory.cgroupLimitBytes ?? memory.totalBytes);
  return Math.max(memoryStep, Math.floor(bytes / memoryStep) * memoryStep);
}

/** The GPU with the most memory in all: what is free changes as soon as the model is on it. */
function gpuDevice(gpus: readonly GpuFact[]): string {
  const [first] = [...gpus].sort((a, b) => (b.vramBytes ?? 0) - (a.vramBytes ?? 0) || a.index - b.index);
  return first === undefined ? '' : (first.uuid ?? String(first.index));
}
