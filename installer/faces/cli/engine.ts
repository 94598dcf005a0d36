import { createRouterClient, type RouterClient } from '@orpc/server';
import { createEngine } from '../../engine/create-engine.ts';
import { beforeEnd, breakOffRun } from '../../engine/last-resort.ts';
import type { router } from '../../engine/router.ts';

export type EngineClient = RouterClient<typeof router, Record<never, never>>;

/** The engine in this process, behind the same contract that the windows use. */
export function engineClient(dataDir: string): EngineClient {
  const engine = createEngine({ dataDir });
  beforeEnd((thrown) => breakOffRun(engine.context.runs, thrown));
  return createRouterClient(engine.router, { context: engine.context });
}
