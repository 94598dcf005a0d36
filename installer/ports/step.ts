import type { EngineEventBody } from '../contract/events.ts';

/** What the engine lends a step while it works. */
export interface StepContext {
  /** Aborts when the officer cancels; pass it on to everything that can wait. */
  readonly signal: AbortSignal;
  /** Work done so far in this step; unit as in the step's declaration. Never decreases, the engine coalesces. */
  progress(done: number, total: number, what?: string): void;
  /** Emits an event of the run's one stream (findings, service health, smoke results, log lines). */
  emit(event: StepEventBody): void;
}

/** Events that a step may emit itself; the engine emits those of the run and of the steps. */
export type StepEventBody = Extract<EngineEventBody, { kind: 'log' | 'finding' | 'service' | 'smoke' | 'artifact' }>;

/**
 * One step of the plan. Idempotent: `check` looks at the world, not at the journal's word, and gives the step's output if
 * nothing is to be done. `run` does the work; `verify` looks again at what must now be true and throws if it is not;
 * `undo` removes what `run` made (absent: there is nothing on the machine to remove). All errors are InstallerErrors.
 */
export interface Step<In, Out> {
  readonly id: string;
  /** Share of the overall progress, relative to the other steps' weights. */
  readonly weight: number;
  /** Bytes where the step moves bytes, items otherwise. */
  readonly unit: 'bytes' | 'items';
  /** False: cannot be taken back by `undo` (the point of no return). */
  readonly reversible: boolean;
  /** True: changes nothing on the machine, so it does not make a run one that changed something. */
  readonly looksOnly?: boolean;
  check(input: In, context: StepContext): Promise<Out | undefined>;
  run(input: In, context: StepContext): Promise<Out>;
  verify(output: Out, input: In, context: StepContext): Promise<void>;
  undo?(input: In, context: StepContext): Promise<void>;
}
