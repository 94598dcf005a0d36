import { expect, test } from 'vitest';
import { parseIpv4Routes, parseIpv6Routes } from '../../installer/smoke/isolation.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

test('IPv4: networks, gateways and the default route', () => {
  const table = `${head}eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;
  expect(parseIpv4Routes(table)).toEqual([
    { text: '0.0.0.0/0 via 192.0.2.1 dev eth0', isDefault: true },
    { text: '172.17.0.0/16 dev docker0', isDefault: false },
  ]);
});

test('IPv4: a route that refuses leads nowhere', () => {
  expect(parseIpv4Routes(`${head}*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n`)).toEqual([]);
});

test('IPv6: default route, link-local network; loopback, multicast and refusing entries are left out', () => {
  const zero = '0'.repeat(32);
  const line = (destination: string, prefix: string, gateway: string, flags: string, device: string) =>
    `${destination} ${prefix} ${zero} 00 ${gateway} 00000400 00000001 00000000 ${flags} ${device}\n`;
  const table = [
    line(zero, '00', 'fe800000000000000000000000000001', '00450003', 'eth0'),
    line('fe800000000000000000000000000000', '40', zero, '00000001', 'eth0'),
    line(zero, '00', zero, '00200200', 'lo'),
    line(zero, '00', zero, '00200200', 'eth0'),
    line('ff000000000000000000000000000000', '08', zero, '00000001', 'eth0'),
  ].join('');
  expect(parseIpv6Routes(table)).toEqual([
    { text: '::/0 via fe80::1 dev eth0', isDefault: true },
    { text: 'fe80::/64 dev eth0', isDefault: false },
  ]);
});

test('a machine without routes has none', () => {
  expect(parseIpv4Routes(head)).toEqual([]);
  expect(parseIpv6Routes('')).toEqual([]);
});
