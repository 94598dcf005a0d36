import type { StepInfo } from '../contract/events.ts';
import type { Step } from '../ports/step.ts';

/** What the wiring between steps may ask while a run goes on. */
export interface PlanContext {
  readonly signal: AbortSignal;
  /** True once a step of this run had to do work: false all along means that the site was already as the bundle says. */
  changed(): boolean;
}

type Wiring<State, Value> = (state: State, context: PlanContext) => Value | Promise<Value>;

export interface DerivedEntry {
  kind: 'derive';
  key: string;
  make: Wiring<Record<string, unknown>, unknown>;
}

export interface StepEntry {
  kind: 'step';
  key: string;
  step: Step<unknown, unknown>;
  input: Wiring<Record<string, unknown>, unknown>;
}

export type PlanEntry = DerivedEntry | StepEntry;

/**
 * The one ordered list of a job's steps, typed: a step's input can be made only from the outputs that stand before it, so
 * a plan that loads images before the bundle is verified does not compile. `derive` names values that touch nothing.
 */
export interface Plan<State> {
  readonly entries: readonly PlanEntry[];
  derive<Key extends string, Value>(key: Key, make: Wiring<State, Value>): Plan<State & Record<Key, Value>>;
  step<Key extends string, In, Out>(
    key: Key,
    step: Step<In, Out>,
    input: Wiring<State, In>,
  ): Plan<State & Record<Key, Out>>;
}

/** An empty plan over what the caller hands to the run. */
export function startPlan<Initial>(): Plan<Initial> {
  return extend<Initial>([]);
}

function extend<State>(entries: readonly PlanEntry[]): Plan<State> {
  return {
    entries,
    derive: (key, make) => extend([...entries, { kind: 'derive', key, make } as unknown as PlanEntry]),
    step: (key, step, input) => extend([...entries, { kind: 'step', key, step, input } as unknown as PlanEntry]),
  };
}

/** The steps as faces show them. */
export function stepInfos(plan: { readonly entries: readonly PlanEntry[] }): StepInfo[] {
  return plan.entries.flatMap((entry) =>
    entry.kind === 'step'
      ? [
          {
            id: entry.step.id,
            weight: entry.step.weight,
            unit: entry.step.unit,
            reversible: entry.step.reversible,
            looksOnly: entry.step.looksOnly ?? false,
          },
        ]
      : [],
  );
}
