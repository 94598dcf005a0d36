import { formatNetwork, type Ipv4Network, networkOf, parseAddress, parseNetwork } from '../base/ipv4-network.ts';
import type { NetworkFacts } from '../ports/hardware.ts';
import type { EngineObject } from '../ports/runtime.ts';

/** A network that this machine already knows. */
export interface TakenSubnet extends Ipv4Network {
  /** What knows it, in words that are the same in every language: an interface's name, `docker network NAME`. */
  holder: string;
}

/** Bridges of Docker networks: the default one, and those named after the network's id. */
const bridge = /^(docker0|br-[0-9a-f]{12})$/;

/**
 * IPv4 networks that a new one must not overlap: this machine's addresses and routes, and other Docker networks. Those that
 * this installation made (`site`) do not count. Without an answer of the engine (`objects` null) its bridges do not either.
 */
export function takenSubnets(
  facts: NetworkFacts,
  objects: readonly EngineObject[] | null,
  site: string | null,
): TakenSubnet[] {
  const foreign = (objects ?? []).filter(
    (object) => object.kind === 'network' && (site === null || object.site !== site),
  );
  const networks = foreign.flatMap(({ name, subnets }) => subnets.map((text) => held(`docker network ${name}`, text)));
  const addresses = facts.addresses
    .filter((each) => each.family === 'IPv4' && !bridge.test(each.interface))
    .map((each) => held(each.interface, each.cidr));
  const routes = facts.routes
    .filter((each) => each.interface === null || !bridge.test(each.interface))
    .map((each) => held(each.interface ?? 'routing table', each.destination));
  const all = [...addresses, ...routes, ...networks].filter((each) => each !== undefined);
  const seen = new Set<string>();
  return all.filter((each) => {
    const key = `${each.holder} ${formatNetwork(each)}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** IPv6 networks and loopback give undefined. An interface's address stands for the network that it lies in. */
function held(holder: string, text: string): TakenSubnet | undefined {
  const [address = '', prefix = ''] = text.split('/');
  const number = parseAddress(address);
  if (number === undefined) return undefined;
  const network = parseNetwork(text) ?? networkOf(number, Number(prefix));
  return network.first >= 0x7f000000 && network.last <= 0x7fffffff ? undefined : { ...network, holder };
}
