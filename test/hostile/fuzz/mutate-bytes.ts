import type { Random } from '../../fixtures/random.ts';

/** Numbers at which length fields go wrong. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (random: Random, bytes: Buffer, others: readonly Buffer[]) => Buffer;

const mutations: readonly Mutation[] = [
  function flipBit(random, bytes) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  function setByte(random, bytes) {
    const copy = Buffer.from(bytes);
    copy[random.below(copy.length)] = random.pick([0, 0x0a, 0x20, 0x22, 0x2e, 0x2f, 0x5c, 0x7f, 0x80, 0xff]);
    return copy;
  },
  function setNumber(random, bytes) {
    const copy = Buffer.from(bytes);
    if (copy.length < 8) return copy;
    const at = random.below(copy.length - 7);
    const value = random.pick(edges);
    if (random.chance(0.3)) copy.writeBigUInt64LE(BigInt(value) << 32n, at);
    else if (random.chance(0.5)) copy.writeUInt32BE(value, at);
    else copy.writeUInt32LE(value, at);
    return copy;
  },
  function insert(random, bytes) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at)]);
  },
  function remove(random, bytes) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(64))]);
  },
  function repeat(random, bytes) {
    const at = random.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random.below(600));
    return Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at + piece.length)]);
  },
  function truncate(random, bytes) {
    return bytes.subarray(0, random.below(bytes.length));
  },
  function splice(random, bytes, others) {
    const other = others.length === 0 ? bytes : random.pick(others);
    return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);
  },
];

/** One to three changes of kinds that break readers; `others` are what may be spliced in. Never grows beyond a few kB more. */
export function mutateBytes(random: Random, bytes: Buffer, others: readonly Buffer[] = []): Buffer {
  let mutated = bytes;
  for (let left = 1 + random.below(3); left > 0 && mutated.length > 0; left--) {
    mutated = random.pick(mutations)(random, mutated, others);
  }
  return mutated;
}
