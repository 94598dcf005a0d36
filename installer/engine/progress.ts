import type { EngineEventBody, StepInfo } from '../contract/events.ts';

type ProgressBody = Extract<EngineEventBody, { kind: 'progress' }>;

/** Not more often than this does a step's progress become an event, so that no face drowns. */
export const progressIntervalMs = 100;

/** Weight of the newest measurement in the moving average of milliseconds per unit of weight. */
const smoothing = 0.3;

/**
 * One progress over all steps: each counts by its weight, and what a step reports moves it within its share. The fraction
 * never decreases, even when a step revises its total upwards. The ETA comes from measured time per weight and is null
 * until some work has been measured.
 */
export class ProgressMeter {
  readonly #steps: readonly StepInfo[];
  readonly #total: number;
  readonly #now: () => number;
  #finished = 0;
  #fraction = 0;
  #step: StepInfo | undefined;
  #stepStarted = 0;
  #lastEmitted = Number.NEGATIVE_INFINITY;
  #msPerWeight: number | undefined;

  constructor(steps: readonly StepInfo[], now: () => number = () => performance.now()) {
    this.#steps = steps;
    this.#total = steps.reduce((sum, step) => sum + step.weight, 0);
    this.#now = now;
  }

  start(stepId: string): void {
    this.#step = this.#steps.find((step) => step.id === stepId);
    this.#stepStarted = this.#now();
    this.#lastEmitted = Number.NEGATIVE_INFINITY;
  }

  /** The event to emit, or undefined when the last one was just now; the step's last report is never held back. */
  report(done: number, total: number, what: string): ProgressBody | undefined {
    const step = this.#step;
    if (step === undefined) return undefined;
    const now = this.#now();
    if (done < total && now - this.#lastEmitted < progressIntervalMs) return undefined;
    this.#lastEmitted = now;
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    this.#fraction = Math.max(this.#fraction, (this.#finished + step.weight * share) / this.#total);
    return {
      kind: 'progress',
      step: step.id,
      done: Math.min(done, total),
      total,
      unit: step.unit,
      what,
      fraction: this.#fraction,
      etaMs: this.#eta(step, share, now - this.#stepStarted),
    };
  }

  /** Counts a step as done. Steps that had nothing to do teach nothing about speed. */
  finish(worked: boolean): void {
    const step = this.#step;
    if (step === undefined) return;
    this.#finished += step.weight;
    this.#fraction = Math.max(this.#fraction, this.#finished / this.#total);
    if (worked) {
      const measured = (this.#now() - this.#stepStarted) / step.weight;
      this.#msPerWeight =
        this.#msPerWeight === undefined ? measured : this.#msPerWeight + smoothing * (measured - this.#msPerWeight);
    }
    this.#step = undefined;
  }

  #eta(step: StepInfo, share: number, elapsedMs: number): number | null {
    const here = share > 0.02 ? elapsedMs / (step.weight * share) : undefined;
    const rate = here ?? this.#msPerWeight;
    if (rate === undefined) return null;
    const later = this.#total - this.#finished - step.weight;
    return Math.round(rate * step.weight * (1 - share) + (this.#msPerWeight ?? rate) * later);
  }
}
