import { Random } from '../../fixtures/random.ts';

/** The randomness of one input: any of them can be made again without those before it. */
export function inputRandom(seed: number, index: number): Random {
  return new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
}
