import { expect } from 'vitest';

/**
 * Says in the suite's output how many cases of a kind there were and how many ended as they must, and fails where one did not,
 * or where there were fewer than the number that was asked for.
 */
export class Tally {
  readonly #what: string;
  readonly #outcome: string;
  readonly #least: number;
  readonly #wrong: string[] = [];
  #held = 0;

  constructor(what: string, outcome: string, least: number) {
    this.#what = what;
    this.#outcome = outcome;
    this.#least = least;
  }

  add(name: string, held: boolean): void {
    if (held) this.#held += 1;
    else this.#wrong.push(name);
  }

  /** Gives how many there were. */
  close(): number {
    const all = this.#held + this.#wrong.length;
    console.log(`${this.#what}: ${this.#held} of ${all} ${this.#outcome}`);
    expect(this.#wrong).toEqual([]);
    expect(all).toBeGreaterThanOrEqual(this.#least);
    return all;
  }
}
