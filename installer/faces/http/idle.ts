/** Calls `onIdle` once nothing has kept it busy for so long. */
export class IdleWatch {
  readonly #ms: number;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param ms 0: never */
  constructor(ms: number, isBusy: () => boolean, onIdle: () => void) {
    this.#ms = ms;
    this.#isBusy = isBusy;
    this.#onIdle = onIdle;
  }

  /** Something changed: looks again, and starts to count when there is nothing. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#ms === 0 || this.#isBusy()) return;
    this.#timer = setTimeout(() => {
      if (!this.#isBusy()) this.#onIdle();
    }, this.#ms);
  }

  /** For good: windows that go away afterwards start nothing that would keep the process. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
