/** An IPv4 network as a range of addresses, each an unsigned 32-bit number. */
export interface Ipv4Network {
  first: number;
  last: number;
  /** Bits of the network, 0 to 32. */
  prefix: number;
}

/** `A.B.C.D/N`, as RFC 4632 section 3.1 writes it, without bits of a host; undefined for anything else. */
export function parseNetwork(text: string): Ipv4Network | undefined {
  const [address = '', bits = ''] = text.split('/');
  const start = parseAddress(address);
  if (start === undefined || !/^(0|[1-9][0-9]?)$/.test(bits) || Number(bits) > 32 || text !== `${address}/${bits}`) {
    return undefined;
  }
  const network = networkOf(start, Number(bits));
  return network.first === start ? network : undefined;
}

/** The network that an address lies in: host bits are cleared. */
export function networkOf(address: number, prefix: number): Ipv4Network {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, prefix };
}

/** Four decimal numbers without leading zeros, which some programs read as octal. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatNetwork({ first, prefix }: Ipv4Network): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${prefix}`;
}

export function overlaps(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** True when `inner` lies wholly in `outer`. */
export function contains(outer: Ipv4Network, inner: Ipv4Network): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** A network cut into equal parts; `parts` is a power of two that leaves at least one address each. */
export function divide({ first, prefix }: Ipv4Network, parts: number): Ipv4Network[] {
  const smaller = prefix + Math.log2(parts);
  const size = 2 ** (32 - smaller);
  return Array.from({ length: parts }, (_, index) => networkOf(first + index * size, smaller));
}

/** For use inside one organisation: https://www.rfc-editor.org/rfc/rfc1918#section-3 */
export const privateNetworks: readonly Ipv4Network[] = ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'].flatMap(
  (text) => parseNetwork(text) ?? [],
);
