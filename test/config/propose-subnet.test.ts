import { describe, expect, test } from 'vitest';
import {
  contains,
  type Ipv4Network,
  networkOf,
  overlaps,
  parseNetwork,
  privateNetworks,
} from '../../installer/base/ipv4-network.ts';
import { proposeSubnet } from '../../installer/config/propose-subnet.ts';
import { Random } from '../fixtures/random.ts';

const input = { default: '172.28.0.0/16', maxPrefix: 26 };
const taken = (...texts: string[]) => texts.flatMap((text) => parseNetwork(text) ?? []);

describe('the proposed network', () => {
  test.each([
    ['is the preferred one where nothing uses it', [], '172.28.0.0/16'],
    ['stays where other networks are taken', ['172.17.0.0/16', '192.168.1.0/24'], '172.28.0.0/16'],
    ['is the first other one of that size', ['172.28.5.0/24'], '172.16.0.0/16'],
    ['goes on behind what is taken', ['172.28.0.0/16', '172.16.0.0/14'], '172.20.0.0/16'],
    ['leaves a range that is taken whole', ['172.16.0.0/12'], '10.0.0.0/16'],
    [
      'gets smaller only where nothing of its size is left',
      ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/24'],
      '192.168.128.0/17',
    ],
    ['is never larger than the smallest range', ['172.16.0.0/12', '10.0.0.0/8'], '192.168.0.0/16'],
    ['is none where all is taken', ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'], undefined],
    ['is none where all is taken as one', ['0.0.0.0/1', '128.0.0.0/1'], undefined],
  ])('%s', (_, others, expected) => expect(proposeSubnet(input, taken(...others))).toBe(expected));

  test('on 2000 random machines is private, of an allowed size, free, and the same when asked again', () => {
    const random = new Random(11);
    let moved = 0;
    for (let round = 0; round < 2000; round++) {
      const others: Ipv4Network[] = Array.from({ length: random.below(41) }, () => {
        const range = random.pick(privateNetworks);
        return networkOf(range.first + random.below(range.last - range.first + 1), 9 + random.below(20));
      });
      const text = proposeSubnet(input, others);
      expect(proposeSubnet(input, others)).toBe(text);
      if (text === undefined) continue;
      if (text !== input.default) moved += 1;
      const network = parseNetwork(text);
      if (network === undefined) throw new Error(text);
      expect(network.prefix).toBeGreaterThanOrEqual(16);
      expect(network.prefix).toBeLessThanOrEqual(26);
      expect(privateNetworks.some((range) => contains(range, network))).toBe(true);
      expect(others.filter((other) => overlaps(other, network))).toEqual([]);
      // no larger one was free, or the larger would have been proposed
      if (network.prefix > 16) {
        for (const range of privateNetworks) {
          for (let first = range.first; first < range.last; first += 2 ** 16) {
            const larger = networkOf(first, 16);
            expect(others.some((other) => overlaps(other, larger))).toBe(true);
          }
        }
      }
    }
    // the walk met both cases
    expect(moved).toBeGreaterThan(100);
  });
});
