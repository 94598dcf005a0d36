import { z } from 'zod';
import { textParams, wireError } from './errors.ts';

/** One smoke test's result with its measured value; texts under `smoke.<id>` or the product's own title. */
export const smokeResult = z.object({
  id: z.string(),
  status: z.enum(['pass', 'fail']),
  title: z.object({ en: z.string(), ru: z.string() }),
  expected: z.string(),
  measured: z.string(),
  ms: z.number().min(0),
  params: textParams,
  error: wireError.nullable(),
});
export type SmokeResult = z.infer<typeof smokeResult>;
