import type { EnginePorts } from './ports.ts';
import type { Runs } from './runs.ts';

/** What every procedure of the contract is given. */
export interface EngineContext {
  ports: EnginePorts;
  runs: Runs;
}
