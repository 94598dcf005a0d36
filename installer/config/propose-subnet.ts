import {
  formatNetwork,
  type Ipv4Network,
  networkOf,
  overlaps,
  parseNetwork,
  privateNetworks,
} from '../base/ipv4-network.ts';
import type { ProductInput } from '../contract/product.ts';

export type SubnetInput = Extract<ProductInput, { type: 'subnet' }>;

/**
 * The product's preferred network where nothing here uses it, else the first private one that is free: of the same size, then
 * of the next smaller one, down to the smallest that the product takes. The same question always gets the same answer.
 * undefined when none is free.
 */
export function proposeSubnet(
  input: Pick<SubnetInput, 'default' | 'maxPrefix'>,
  taken: readonly Ipv4Network[],
): string | undefined {
  const preferred = parseNetwork(input.default);
  if (preferred === undefined) return undefined;
  if (isFree(preferred, taken)) return input.default;
  for (let prefix = preferred.prefix; prefix <= input.maxPrefix; prefix++) {
    for (const range of privateNetworks) {
      const free = firstFree(range, prefix, taken);
      if (free !== undefined) return formatNetwork(free);
    }
  }
  return undefined;
}

function firstFree(range: Ipv4Network, prefix: number, taken: readonly Ipv4Network[]): Ipv4Network | undefined {
  let candidate = networkOf(range.first, Math.max(prefix, range.prefix));
  while (candidate.last <= range.last) {
    const holder = taken.find((network) => overlaps(network, candidate));
    if (holder === undefined) return candidate;
    // straight to what follows the holder: there may be 65536 candidates
    const next = Math.max(candidate.last, holder.last) + 1;
    const size = candidate.last - candidate.first + 1;
    candidate = networkOf(Math.ceil(next / size) * size, candidate.prefix);
  }
  return undefined;
}

function isFree(network: Ipv4Network, taken: readonly Ipv4Network[]): boolean {
  return !taken.some((other) => overlaps(other, network));
}
