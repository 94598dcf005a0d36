import { z } from 'zod';

/** One line of JSON on the worker's standard input; nothing of it stands on its command line. */
export const workerRequest = z.strictObject({
  modelPath: z.string(),
  nCtx: z.int().min(1),
  threads: z.int().min(1),
  maxTokens: z.int().min(1),
  prompts: z.array(z.strictObject({ id: z.string(), system: z.string().optional(), user: z.string() })),
});
export type WorkerRequest = z.infer<typeof workerRequest>;

/** The worker's one answer, on its own descriptor: llama.cpp may write whatever it likes to the standard ones. */
export const workerResponse = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('answered'),
    replies: z.array(
      z.strictObject({ id: z.string(), text: z.string(), tokens: z.int().min(0), ms: z.number().min(0) }),
    ),
  }),
  z.strictObject({ outcome: z.literal('failed'), message: z.string() }),
]);
export type WorkerResponse = z.infer<typeof workerResponse>;

export const responseDescriptor = 3;
