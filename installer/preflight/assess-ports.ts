import type { Finding } from '../contract/findings.ts';

/** A TCP port that will be listened on. */
export interface UsedPort {
  port: number;
  address: string;
  service: string;
  /** Held by this product's own running containers. */
  ownedByUs: boolean;
  /** No setting of the product changes it. */
  fixed?: boolean;
}

export interface PortState extends UsedPort {
  state: 'free' | 'taken' | 'noAddress';
}

/** One finding per port whose address this machine has, and one per address that it has not. */
export function assessPorts(ports: readonly PortState[], addresses: readonly string[]): Finding[] {
  const missing = new Set(ports.filter(({ state }) => state === 'noAddress').map(({ address }) => address));
  return [
    ...[...missing].map((address) => addressMissing(address, addresses)),
    ...ports.filter(({ state }) => state !== 'noAddress').map(portFinding),
  ];
}

function portFinding({ port, address, service, state, ownedByUs, fixed }: PortState): Finding {
  return {
    code: 'PORT_FREE',
    status: state === 'free' || ownedByUs ? 'pass' : 'fail',
    subject: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    unit: 'text',
    expected: 'free',
    found: ownedByUs ? 'ours' : state,
    params: { port, address, service, ...(fixed ? { kind: 'fixed' } : {}) },
  };
}

function addressMissing(address: string, addresses: readonly string[]): Finding {
  return {
    code: 'ADDRESS_MISSING',
    status: 'fail',
    subject: address,
    unit: 'text',
    expected: addresses.join(', '),
    found: null,
    params: { address, addresses: addresses.join(', ') },
  };
}
