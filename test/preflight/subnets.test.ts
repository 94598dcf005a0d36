import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFurtherTables, parseRoutes, readNetworks } from '../../installer/adapters/hardware/networks.ts';
import { formatNetwork } from '../../installer/base/ipv4-network.ts';
import type { NetworkFacts } from '../../installer/ports/hardware.ts';
import type { EngineObject } from '../../installer/ports/runtime.ts';
import { assessSubnets } from '../../installer/preflight/assess-subnets.ts';
import { takenSubnets } from '../../installer/preflight/taken-subnets.ts';
import { folder } from './hardware/fake-programs.ts';
import { pick } from './samples.ts';

/** As a kernel prints it: default route, a LAN, a Docker bridge that is down, a host route, a black hole. */
const routeTable = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	0002000A	00000000	0001	0	0	0	00FFFFFF	0	0	0
br-0123456789ab	00001CAC	00000000	0001	0	0	0	0080FFFF	0	0	0
lan0	00001CAC	00000000	0001	0	0	0	0000FFFF	0	0	0
tun0	0102030A	00000000	0005	0	0	0	FFFFFFFF	0	0	0
tun0	00000000	00000000	0001	0	0	0	00000080	0	0	0
*	0000A8C0	00000000	0201	0	0	0	0000FFFF	0	0	0
`;
const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.9.0.0
        /16 link UNICAST
Id 51820:
  +-- 0.0.0.0/0 1 0 0
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.77.0.0/16 2 0 2
        |-- 10.77.0.0
           /24 link UNICAST
        |-- 10.77.3.7
           /32 host LOCAL
Local:
     |-- 172.28.5.10
        /32 host LOCAL
`;

describe('what the kernel says of routes', () => {
  test('the main table by interface; a refusing entry leads nowhere', () => {
    expect(parseRoutes(routeTable).map((each) => `${each.interface} ${each.destination}`)).toEqual([
      'eth0 0.0.0.0/0',
      'eth0 10.0.2.0/24',
      'br-0123456789ab 172.28.0.0/17',
      'lan0 172.28.0.0/16',
      'tun0 10.3.2.1/32',
      'tun0 0.0.0.0/1',
    ]);
  });

  test('tables of VPNs beside it', () => {
    expect(parseFurtherTables(trie).map(({ destination }) => destination)).toEqual(['0.0.0.0/0', '10.77.0.0/24']);
  });

  test('default routes and their halves are no collision', async () => {
    const proc = await folder();
    await mkdir(join(proc, 'self/net'), { recursive: true });
    await writeFile(join(proc, 'self/net/route'), routeTable);
    await writeFile(join(proc, 'self/net/fib_trie'), trie);
    const { routes, addresses } = await readNetworks(proc);
    expect(routes.map(({ destination }) => destination)).toEqual([
      ...['10.0.2.0/24', '172.28.0.0/17', '172.28.0.0/16', '10.3.2.1/32', '10.77.0.0/24'],
    ]);
    expect(addresses.map(({ address }) => address)).toContain('127.0.0.1');
  });

  test('this machine’s own can be read', async () => {
    expect((await readNetworks('/proc')).addresses.length).toBeGreaterThan(0);
  });
});

const facts: NetworkFacts = {
  addresses: [
    { interface: 'lo', address: '127.0.0.1', cidr: '127.0.0.1/8', family: 'IPv4' },
    { interface: 'lan0', address: '172.28.5.10', cidr: '172.28.5.10/16', family: 'IPv4' },
    { interface: 'lan0', address: 'fe80::1', cidr: 'fe80::1/64', family: 'IPv6' },
    { interface: 'br-0123456789ab', address: '172.30.0.1', cidr: '172.30.0.1/16', family: 'IPv4' },
  ],
  routes: [
    { interface: 'lan0', destination: '172.28.0.0/16' },
    { interface: 'br-0123456789ab', destination: '172.30.0.0/16' },
    { interface: null, destination: '10.77.0.0/24' },
  ],
};
const network = (name: string, site: string | null, ...subnets: string[]): EngineObject => {
  return { kind: 'network', id: `${name}-id`, name, site, project: null, service: null, subnets };
};
const objects = [
  network('ours', 'me', '172.30.0.0/16'),
  network('theirs', null, '172.31.0.0/24', 'fd00::/64'),
  network('second', 'somebody', '10.5.0.0/16'),
];
const shown = (...given: Parameters<typeof takenSubnets>) =>
  takenSubnets(...given).map((each) => `${formatNetwork(each)} ${each.holder}`);

describe('networks that a new one must not overlap', () => {
  test('are addresses and routes once each, other tables, and Docker networks that are not ours', () => {
    expect(shown(facts, objects, 'me')).toEqual([
      '172.28.0.0/16 lan0',
      '10.77.0.0/24 routing table',
      '172.31.0.0/24 docker network theirs',
      '10.5.0.0/16 docker network second',
    ]);
  });

  test('count ours too for somebody else, and no bridges while the engine is not there', () => {
    expect(shown(facts, objects, null)).toContain('172.30.0.0/16 docker network ours');
    expect(shown(facts, null, 'me')).toEqual(['172.28.0.0/16 lan0', '10.77.0.0/24 routing table']);
  });
});

describe('SUBNET_TAKEN', () => {
  const taken = takenSubnets(facts, objects, 'me');
  const judge = (subnet: string, free: string | null = '10.0.0.0/16') =>
    pick(assessSubnets([{ subnet, free }], taken), 'SUBNET_TAKEN', subnet);

  test('names both sides and one that is free', () => {
    expect(judge('172.28.0.0/17')).toMatchObject({
      status: 'fail',
      found: '172.28.0.0/16 (lan0)',
      params: { subnet: '172.28.0.0/17', all: '172.28.0.0/16 (lan0)', free: '10.0.0.0/16' },
    });
    expect(judge('172.16.0.0/12').params.all).toBe('172.28.0.0/16 (lan0), 172.31.0.0/24 (docker network theirs)');
    expect(judge('172.28.0.0/16', null).params).toMatchObject({ kind: 'full' });
  });

  test('a server that the answers name must stay in reach', () => {
    const named = [{ first: 0xac1d0909, last: 0xac1d0909, prefix: 32, holder: 'siem_host' }];
    const [finding] = assessSubnets([{ subnet: '172.29.0.0/16', named, free: '10.0.0.0/16' }], taken);
    expect(finding).toMatchObject({ status: 'fail', found: '172.29.9.9/32 (siem_host)' });
  });

  test('passes beside them, and on our own', () => {
    expect(judge('172.29.0.0/16')).toMatchObject({ status: 'pass', found: 'free' });
    expect(judge('172.30.0.0/16')).toMatchObject({ status: 'pass' });
  });
});
