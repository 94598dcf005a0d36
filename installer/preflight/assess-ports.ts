import type { Finding } from '../contract/findings.ts';

export interface PortState {
  port: number;
  address: string;
  service: string;
  free: boolean;
  /** Held by this product's own running containers. */
  ownedByUs: boolean;
}

/** One finding per published TCP port. */
export function assessPorts(ports: readonly PortState[]): Finding[] {
  return ports.map(({ port, address, service, free, ownedByUs }) => ({
    code: 'PORT_FREE',
    status: free || ownedByUs ? 'pass' : 'fail',
    subject: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    unit: 'text',
    expected: 'free',
    found: ownedByUs ? 'ours' : free ? 'free' : 'taken',
    params: { port, address, service },
  }));
}
