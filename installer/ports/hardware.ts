import type { HardwareFacts, MountFact } from '../contract/facts.ts';

/** Reads what the machine is. Never judges, never hangs: each source has its own time limit. */
export interface Hardware {
  facts(signal?: AbortSignal): Promise<HardwareFacts>;
  /** The mount that holds a path (or its nearest existing parent), with the space that is left on it. */
  mountOf(path: string): Promise<MountFact>;
  /** True when a TCP listener could be opened there now. */
  portFree(address: string, port: number): Promise<boolean>;
}
