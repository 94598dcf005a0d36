import { z } from 'zod';
import { textParams } from './errors.ts';

export const tierName = z.enum(['minimum', 'recommended', 'production']);
export type TierName = z.infer<typeof tierName>;

/**
 * What a readiness check can be about. Texts (title, and one remedy per code) stand in texts/{en,ru}.json under
 * `findings.<code>`.
 */
export const findingCodes = [
  'CPU_CORES',
  'RAM_TOTAL',
  'DISK_SPACE',
  'GPU_PRESENT',
  'GPU_VRAM',
  'GPU_UNREADABLE',
  'MODEL_FIT',
  'ENGINE_REACHABLE',
  'ENGINE_VERSION',
  'COMPOSE_VERSION',
  'PORT_FREE',
  'ADDRESS_MISSING',
  'NAME_TAKEN',
  'SUBNET_TAKEN',
  'PROXY',
  'RIGHTS',
  'CLOCK',
  'OS',
  'BUNDLE_EXPIRED',
  'BUNDLE_CLOCK',
] as const;
export const findingCode = z.enum(findingCodes);
export type FindingCode = z.infer<typeof findingCode>;

/**
 * In ascending order of gravity. pass: as required; warn: goes on, is reported; accepted: failed, and an officer answers for going
 * on (params overriddenBy, justification); fail: blocks the install.
 */
export const findingStatus = z.enum(['pass', 'warn', 'accepted', 'fail']);
export type FindingStatus = z.infer<typeof findingStatus>;

/** One result of a readiness check. Byte values travel as numbers in `params` and are formatted by the face. */
export const finding = z.object({
  code: findingCode,
  status: findingStatus,
  /** What it is about where a code occurs more than once: a mount point, a port, a GPU's index. */
  subject: z.string(),
  unit: z.enum(['bytes', 'cores', 'count', 'version', 'text']),
  expected: z.union([z.number(), z.string()]).nullable(),
  found: z.union([z.number(), z.string()]).nullable(),
  params: textParams,
});
export type Finding = z.infer<typeof finding>;
