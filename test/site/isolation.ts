import { execa } from 'execa';
import type { Netns } from './netns.ts';

/** What ip(8) said, as it said it. */
export interface IsolationEvidence {
  /** `ip -j addr` */
  interfaces: LinkAddresses[];
  /** `ip -j -4|-6 route show table all` */
  routes: Route[];
  /** The kernel's answers to asking for a way to addresses that lie outside any site (RFC 5737, RFC 3849). */
  noWayTo: { address: string; answer: string }[];
}

interface LinkAddresses {
  ifname: string;
  addr_info?: { family: string; local: string; prefixlen: number }[];
}

interface Route {
  type?: string;
  dst: string;
  dev?: string;
  gateway?: string;
  via?: unknown;
  nexthops?: unknown;
  table?: string;
}

/** Loopback, and the bridges that Docker Engine makes: its default one and one per network. */
const OWN_INTERFACE = /^(lo|docker0|br-[0-9a-f]{12})$/;
const OUTSIDE = ['192.0.2.1', '2001:db8::1'] as const;
/** Such entries say that there is no way; the kernel keeps an "unreachable default" for IPv6. ip-route(8). */
const REFUSING = new Set(['unreachable', 'prohibit', 'blackhole']);

/**
 * Asserts that nothing in the namespace leads out of it: the only interfaces with an address are loopback and the
 * engine's own bridges, no table has a default route or a gateway, and the kernel knows no way to outside addresses.
 * Throws with all that is wrong; returns what was seen.
 */
export async function assertIsolated(netns: Netns): Promise<IsolationEvidence> {
  const interfaces = (await ip(netns, 'addr')) as LinkAddresses[];
  const routes = [
    ...((await ip(netns, '-4', 'route', 'show', 'table', 'all')) as Route[]),
    ...((await ip(netns, '-6', 'route', 'show', 'table', 'all')) as Route[]),
  ];
  const wrong: string[] = [];
  for (const { ifname, addr_info = [] } of interfaces) {
    if (OWN_INTERFACE.test(ifname)) continue;
    for (const { local, prefixlen } of addr_info) wrong.push(`interface ${ifname} has ${local}/${prefixlen}`);
  }
  for (const route of routes) {
    if (REFUSING.has(route.type ?? '')) continue;
    if (route.dst === 'default' || route.gateway || route.via || route.nexthops || !OWN_INTERFACE.test(route.dev ?? ''))
      wrong.push(`route ${JSON.stringify(route)}`);
  }
  const noWayTo: IsolationEvidence['noWayTo'] = [];
  for (const address of OUTSIDE) {
    const [command, ...args] = netns.enter(['ip', 'route', 'get', address]);
    const { exitCode, stdout, stderr } = await execa(command, args, { reject: false });
    if (exitCode === 0) wrong.push(`there is a way to ${address}: ${stdout}`);
    else noWayTo.push({ address, answer: stderr });
  }
  if (wrong.length > 0) throw new Error(`namespace ${netns.name} is not isolated: ${wrong.join('; ')}`);
  return { interfaces, routes, noWayTo };
}

async function ip(netns: Netns, ...args: string[]): Promise<unknown> {
  const [command, ...rest] = netns.enter(['ip', '-j', ...args]);
  const { stdout } = await execa(command, rest);
  return JSON.parse(stdout || '[]');
}
