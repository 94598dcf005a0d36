import type { EngineEventBody } from '../contract/events.ts';

/**
 * Something that a step puts onto the machine. `folder`: the installer's own (registry, models); `data`: a folder that the product writes to;
 * `release`: a folder with a release's secrets; `secrets`: a release whose secrets were kept by an earlier uninstall, a copy of them lies beside it
 * (config/release-folder.ts); `stack`: containers and networks of a project. Names are absolute paths, references and the engine's names.
 */
export const madeKinds = ['folder', 'data', 'release', 'secrets', 'image', 'container', 'stack', 'volume'] as const;
export interface MadeThing {
  kind: (typeof madeKinds)[number];
  name: string;
}

/** What the engine lends a step while it works. */
export interface StepContext {
  /** Aborts when the officer cancels; pass it on to everything that can wait. */
  readonly signal: AbortSignal;
  /** Work done so far in this step; unit as in the step's declaration. Never decreases, the engine coalesces. */
  progress(done: number, total: number, what?: string): void;
  /** Emits an event of the run's one stream (findings, service health, smoke results, log lines). */
  emit(event: StepEventBody): void;
  /**
   * Journals that the step is about to make something that is not there now. Roll back takes back what was told here, and nothing
   * else; so it is told before, and only then.
   */
  making(thing: MadeThing): void;
  /** True when an install that has not come to its end has told of that thing. */
  isOurs(thing: MadeThing): boolean;
}

/** Events that a step may emit itself; the engine emits those of the run and of the steps. */
export type StepEventBody = Extract<
  EngineEventBody,
  { kind: 'log' | 'finding' | 'service' | 'smoke' | 'artifact' | 'removed' | 'kept' }
>;

/**
 * One step of the plan. Idempotent: `check` looks at the world, not at the journal's word, and gives the step's output if
 * nothing is to be done. `run` does the work; `verify` looks again at what must now be true and throws if it is not.
 * What `run` makes it tells the context first; taking it back is the engine's (engine/take-back.ts). All errors are InstallerErrors.
 */
export interface Step<In, Out> {
  readonly id: string;
  /** Share of the overall progress, relative to the other steps' weights. */
  readonly weight: number;
  /** Bytes where the step moves bytes, items otherwise. */
  readonly unit: 'bytes' | 'items';
  /** False: cannot be taken back (the point of no return). */
  readonly reversible: boolean;
  /** True: changes nothing on the machine, so it does not make a run one that changed something. */
  readonly looksOnly?: boolean;
  check(input: In, context: StepContext): Promise<Out | undefined>;
  run(input: In, context: StepContext): Promise<Out>;
  verify(output: Out, input: In, context: StepContext): Promise<void>;
}
