import { formatNetwork, overlaps, parseNetwork } from '../base/ipv4-network.ts';
import type { Finding } from '../contract/findings.ts';
import type { TakenSubnet } from './taken-subnets.ts';

/** A network that the product is going to have. */
export interface PlannedSubnet {
  /** `172.28.0.0/16` */
  subnet: string;
  /** Addresses that the answers name and the product must reach. */
  named?: readonly TakenSubnet[];
  /** One that would do, or null where this machine has none left. */
  free: string | null;
}

/**
 * One finding per planned network. The kernel takes the narrower of two routes: a planned network that overlaps the site's own
 * would take away the way to its neighbours, with every service healthy.
 */
export function assessSubnets(planned: readonly PlannedSubnet[], taken: readonly TakenSubnet[]): Finding[] {
  return planned.map(({ subnet, named = [], free }) => {
    const network = parseNetwork(subnet);
    const holders = [...taken, ...named].filter((each) => network !== undefined && overlaps(each, network));
    const all = holders.map((each) => `${formatNetwork(each)} (${each.holder})`).join(', ');
    return {
      code: 'SUBNET_TAKEN',
      status: holders.length === 0 ? 'pass' : 'fail',
      subject: subnet,
      unit: 'text',
      expected: 'free',
      found: holders.length === 0 ? 'free' : all,
      params: { subnet, all, ...(free === null ? { kind: 'full' } : { free }) },
    };
  });
}
