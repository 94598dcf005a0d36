import type { HardwareFacts, MountFact } from '../contract/facts.ts';

/** How this machine is connected. Networks are in CIDR notation. */
export interface NetworkFacts {
  /** Of interfaces that are up. `cidr`: the address with its network's length. */
  addresses: readonly { interface: string; address: string; cidr: string; family: string }[];
  /** IPv4, default routes left out; the interface is null where the kernel's table does not name it. */
  routes: readonly { interface: string | null; destination: string }[];
}

/** Reads what the machine is. Never judges, never hangs: each source has its own time limit. */
export interface Hardware {
  facts(signal?: AbortSignal): Promise<HardwareFacts>;
  /** The mount that holds a path (or its nearest existing parent), with the space that is left on it. */
  mountOf(path: string): Promise<MountFact>;
  /** Whether a TCP listener could be opened there now; `noAddress`: this machine does not have that address. */
  portState(address: string, port: number): Promise<'free' | 'taken' | 'noAddress'>;
  networks(): Promise<NetworkFacts>;
}
