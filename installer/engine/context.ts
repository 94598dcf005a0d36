import type { DraftStore } from './draft-store.ts';
import type { EnginePorts } from './ports.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';

/** What every procedure of the contract is given. */
export interface EngineContext {
  ports: EnginePorts;
  runs: Runs;
  /** What was chosen in the windows, for all of them. */
  draft: DraftStore;
  /** Who asks: each connection has its own. */
  session: Session;
}
