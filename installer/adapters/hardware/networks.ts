import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { formatNetwork, type Ipv4Network, networkOf, parseAddress } from '../../base/ipv4-network.ts';
import type { NetworkFacts } from '../../ports/hardware.ts';

/** RTF_UP and RTF_REJECT of linux/route.h: only the first kind of entry leads anywhere. */
const up = 0x1;
const reject = 0x200;
/** Halves of the whole address space stand for a default route in some VPNs. */
const shortestPrefix = 2;

/** Addresses and routes of this network namespace, without rights and without a program. */
export async function readNetworks(procDir: string): Promise<NetworkFacts> {
  const net = join(procDir, 'self/net');
  const [main, tries] = await Promise.all([
    readFile(join(net, 'route'), 'utf8'),
    // a kernel without policy routing has one table, which is read already
    readFile(join(net, 'fib_trie'), 'utf8').catch(() => ''),
  ]);
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
    list.flatMap(({ address, cidr, family }) => (cidr === null ? [] : [{ interface: name, address, cidr, family }])),
  );
  const routes = [...parseRoutes(main), ...parseFurtherTables(tries)].filter(({ prefix }) => prefix >= shortestPrefix);
  return { addresses, routes: routes.map(({ prefix: _, ...route }) => route) };
}

interface ParsedRoute {
  interface: string | null;
  destination: string;
  prefix: number;
}

/** The main table: https://docs.kernel.org/filesystems/proc.html (net/route); numbers are in the host's byte order. */
export function parseRoutes(text: string): ParsedRoute[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, destination, , flags, , , , mask] = line.trim().split(/\s+/);
      if (name === undefined || destination === undefined || flags === undefined || mask === undefined) return [];
      const bits = Number.parseInt(flags, 16);
      if ((bits & up) === 0 || (bits & reject) !== 0) return [];
      return [route(name, networkOf(fromHost(destination), prefixOf(fromHost(mask))))];
    });
}

/** x86 and ARM keep the first byte of an address in the last two digits. */
function fromHost(hex: string): number {
  return Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE(0);
}

function prefixOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}

/** Tables beside the main one, which VPNs use: `Id 51820:`, then a tree whose leaves are `|-- NETWORK` and `/N SCOPE TYPE`. */
export function parseFurtherTables(text: string): ParsedRoute[] {
  const routes: ParsedRoute[] = [];
  let further = false;
  let leaf: number | undefined;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) further = line.startsWith('Id ');
    const address = /^\s*\|--\s+(\S+)\s*$/.exec(line)?.[1];
    if (address !== undefined) leaf = parseAddress(address);
    const prefix = /^\s+\/(\d+)\s+\S+\s+UNICAST\b/.exec(line)?.[1];
    if (further && leaf !== undefined && prefix !== undefined)
      routes.push(route(null, networkOf(leaf, Number(prefix))));
  }
  return routes;
}

function route(name: string | null, network: Ipv4Network): ParsedRoute {
  return { interface: name, destination: formatNetwork(network), prefix: network.prefix };
}
