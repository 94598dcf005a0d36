import { z } from 'zod';

/** Go template for `docker container inspect`. Only these fields are asked for: a whole inspection holds the environment, and so the secrets. */
export const inspectionTemplate = [
  '{"id":{{json .Id}}',
  '"name":{{json .Name}}',
  '"imageId":{{json .Image}}',
  '"imageRef":{{json .Config.Image}}',
  '"state":{{json .State}}',
  '"restarts":{{json .RestartCount}}',
  '"labels":{{json .Config.Labels}}}',
].join(',');

export const inspection = z.object({
  id: z.string(),
  name: z.string(),
  imageId: z.string(),
  imageRef: z.string(),
  restarts: z.number(),
  labels: z.record(z.string(), z.string()),
  state: z.object({
    Status: z.string(),
    ExitCode: z.number(),
    OOMKilled: z.boolean(),
    Error: z.string(),
    Health: z
      .object({ Status: z.string(), Log: z.array(z.object({ ExitCode: z.number(), Output: z.string() })).nullable() })
      .nullish(),
  }),
});
export type Inspection = z.infer<typeof inspection>;
