import { z } from 'zod';
import { byteCount } from './digest.ts';

export const gpuFact = z.object({
  index: z.int(),
  name: z.string(),
  uuid: z.string().nullable(),
  driver: z.string().nullable(),
  computeCapability: z.string().nullable(),
  /** null: nvidia-smi gave no number. */
  vramBytes: byteCount.nullable(),
  vramFreeBytes: byteCount.nullable(),
});
export type GpuFact = z.infer<typeof gpuFact>;

export const mountFact = z.object({
  mountPoint: z.string(),
  fileSystem: z.string(),
  device: z.string(),
  sizeBytes: byteCount,
  /** What an unprivileged user may still write; root's reserve is not counted. */
  availableBytes: byteCount,
});
export type MountFact = z.infer<typeof mountFact>;

/** What the machine is, measured, without judgement. null where it could not be read; `notes` says why. */
export const hardwareFacts = z.object({
  hostname: z.string(),
  os: z.object({ name: z.string(), version: z.string(), kernel: z.string(), arch: z.string() }),
  cpu: z.object({
    model: z.string(),
    logicalCores: z.int(),
    physicalCores: z.int(),
    /** Cores this process may really use (affinity and cgroup quota). */
    usableCores: z.number(),
    flags: z.array(z.string()),
  }),
  memory: z.object({
    totalBytes: byteCount,
    availableBytes: byteCount,
    /** The smallest cgroup limit above this process; null: none. */
    cgroupLimitBytes: byteCount.nullable(),
    swapBytes: byteCount,
  }),
  mounts: z.array(mountFact),
  gpus: z.array(gpuFact),
  /** none: no nvidia-smi; ok; timeout or error: it is there and did not answer properly. */
  nvidia: z.object({ state: z.enum(['none', 'ok', 'timeout', 'error']), detail: z.string() }),
  clock: z.object({ now: z.string(), synchronised: z.boolean().nullable() }),
  notes: z.array(z.string()),
});
export type HardwareFacts = z.infer<typeof hardwareFacts>;
