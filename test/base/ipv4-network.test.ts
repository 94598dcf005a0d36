import { describe, expect, test } from 'vitest';
import {
  contains,
  divide,
  formatNetwork,
  type Ipv4Network,
  networkOf,
  overlaps,
  parseAddress,
  parseNetwork,
} from '../../installer/base/ipv4-network.ts';
import { Random } from '../fixtures/random.ts';

const network = (text: string): Ipv4Network => {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`no network: ${text}`);
  return parsed;
};

describe('a network in CIDR notation', () => {
  test.each(['0.0.0.0/0', '10.0.0.0/8', '172.28.128.0/17', '255.255.255.255/32'])('%s is one', (text) => {
    expect(formatNetwork(network(text))).toBe(text);
  });

  test.each([
    ...['', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/08', ' 10.0.0.0/8', '10.0.0.0/8\n'],
    ...['10.0.0.1/8', '256.0.0.0/8', '010.0.0.0/8', '10.0.0/8', '0x0a.0.0.0/8', 'fd00::/8', '10.0.0.0/-1'],
  ])('%j is none', (text) => expect(parseNetwork(text)).toBeUndefined());
});

/** Networks at random, many of them near each other. */
function networks(count: number): Ipv4Network[] {
  const random = new Random(7);
  return Array.from({ length: count }, () => {
    const base = random.pick([0, 0x0a000000, 0xac100000, 0xc0a80000, 0xff000000]);
    return networkOf(base + random.below(0x1000000), 6 + random.below(27));
  });
}

describe('over 400 random networks', () => {
  const all = networks(400);

  test('what is printed is read back', () => {
    for (const each of all) expect(parseNetwork(formatNetwork(each))).toEqual(each);
  });

  test('two overlap exactly where one holds the other, as prefixes do, and in both directions', () => {
    for (const one of all) {
      for (const other of all) {
        expect(overlaps(one, other)).toBe(contains(one, other) || contains(other, one));
        expect(overlaps(one, other)).toBe(overlaps(other, one));
      }
    }
  });

  test('parts are equal, do not overlap, and make up the whole', () => {
    for (const whole of all.filter(({ prefix }) => prefix <= 29)) {
      for (const count of [1, 2, 4, 8]) {
        const parts = divide(whole, count);
        expect(parts.map(({ first }) => first)).toEqual([...parts].map(({ first }) => first).sort((a, b) => a - b));
        expect([parts[0]?.first, parts.at(-1)?.last]).toEqual([whole.first, whole.last]);
        for (const [index, part] of parts.entries()) {
          expect(contains(whole, part)).toBe(true);
          const next = parts[index + 1];
          if (next !== undefined) expect(next.first).toBe(part.last + 1);
        }
      }
    }
  });
});

test('an address is four decimal numbers', () => {
  expect(parseAddress('172.28.5.10')).toBe(0xac1c050a);
  for (const text of ['1.2.3', '1.2.3.4.5', '1.2.3.256', '1.2.3.04', '::1', '1.2.3.']) {
    expect(parseAddress(text)).toBeUndefined();
  }
});
