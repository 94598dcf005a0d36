import { z } from 'zod';

export const stageResult = z.object({
  what: z.string(),
  /** How the run ended, or the code of the refusal. */
  outcome: z.string(),
  ms: z.number(),
  /** Empty where all is as the lane promises. */
  wrong: z.array(z.string()),
});
export type StageResult = z.infer<typeof stageResult>;

export const laneResult = z.object({
  name: z.string(),
  /** What really ran, as the engine says it. */
  machine: z.object({ engine: z.string(), compose: z.string(), containerdStore: z.boolean(), userns: z.boolean() }),
  stages: z.array(stageResult),
  wrong: z.array(z.string()),
});
export type LaneResult = z.infer<typeof laneResult>;
