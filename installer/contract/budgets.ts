import { z } from 'zod';
import { byteCount } from './digest.ts';

/** Bytes that one file system needs; `neededBytes` is the content and the margin. */
export const diskBudgetView = z.object({
  mountPoint: z.string(),
  device: z.string(),
  sizeBytes: byteCount,
  availableBytes: byteCount,
  contentBytes: byteCount,
  neededBytes: byteCount,
  contents: z.array(z.object({ purpose: z.string(), bytes: byteCount })),
});
export type DiskBudgetView = z.infer<typeof diskBudgetView>;

/** How the model will run here: what the picture of layers and memory is drawn from. */
export const fitPlanView = z.object({
  /** Tokens. */
  nCtx: z.int(),
  /** As llama.cpp takes it: -1 all, 0 none. */
  nGpuLayers: z.int(),
  layersOnGpu: z.int(),
  /** Blocks and the output layer. */
  layersTotal: z.int(),
  nThreads: z.int(),
  nBatch: z.int(),
  ramBytes: byteCount,
  vramBytes: byteCount,
  /** Parts of the two above. */
  kvBytes: byteCount,
  weightsBytes: byteCount,
  /** RAM that the model was planned with: the machine's, less what the other services need. */
  ramAvailableBytes: byteCount,
  fits: z.boolean(),
  contextReduced: z.boolean(),
  /** `ram`: it does not fit. */
  reason: z.enum(['gpu', 'partialGpu', 'cpu', 'ram']),
});
export type FitPlanView = z.infer<typeof fitPlanView>;
