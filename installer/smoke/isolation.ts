import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { systemCode } from '../base/errors.ts';
import type { IsolationEvidence } from '../contract/report.ts';

interface Route {
  text: string;
  isDefault: boolean;
}

/** Interfaces with an address, and routes of the main tables, as the kernel shows them to this process. */
export async function readIsolation(): Promise<IsolationEvidence> {
  const routes = [
    ...parseIpv4Routes(await readFile('/proc/net/route', 'utf8')),
    ...parseIpv6Routes(await readIpv6Table()),
  ];
  return {
    at: Date.now(),
    interfaces: Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
      name,
      addresses: addresses.map(({ cidr, address }) => cidr ?? address),
    })),
    routes: routes.map(({ text }) => text),
    defaultRoute: routes.some(({ isDefault }) => isDefault),
  };
}

/** The table is absent where IPv6 is switched off; any other failure means that the machine could not be looked at. */
async function readIpv6Table(): Promise<string> {
  try {
    return await readFile('/proc/net/ipv6_route', 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** linux/route.h: the route is refused, it leads nowhere. */
const RTF_REJECT = 0x200;

/** /proc/net/route: addresses are hexadecimal in the machine's byte order, little-endian on x86-64 and arm64. */
export function parseIpv4Routes(table: string): Route[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([device, destination, gateway, flags, , , , mask]) => {
      if (!device || !destination || !gateway || !flags || !mask) return [];
      if ((Number.parseInt(flags, 16) & RTF_REJECT) !== 0) return [];
      const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      const via = /^0+$/.test(gateway) ? '' : ` via ${ipv4(gateway)}`;
      return [{ text: `${ipv4(destination)}/${prefix}${via} dev ${device}`, isDefault: prefix === 0 }];
    });
}

function ipv4(littleEndian: string): string {
  return [...Buffer.from(littleEndian, 'hex')].reverse().join('.');
}

/** /proc/net/ipv6_route: destination, prefix, source, its prefix, next hop, metric, counters, flags, device. */
export function parseIpv6Routes(table: string): Route[] {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([destination, prefixHex, , , gateway, , , , flags, device]) => {
      if (!destination || !prefixHex || !gateway || !flags || !device) return [];
      if ((Number.parseInt(flags, 16) & RTF_REJECT) !== 0 || device === 'lo' || destination.startsWith('ff')) return [];
      const prefix = Number.parseInt(prefixHex, 16);
      const via = /^0+$/.test(gateway) ? '' : ` via ${ipv6(gateway)}`;
      return [{ text: `${ipv6(destination)}/${prefix}${via} dev ${device}`, isDefault: prefix === 0 }];
    });
}

/** The URL parser writes an address in its shortest form (RFC 5952). */
function ipv6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
