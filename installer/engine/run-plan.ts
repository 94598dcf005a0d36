import { asInstallerError, InstallerError, toWire } from '../base/errors.ts';
import { errorCategories } from '../contract/errors.ts';
import type { Outcome } from '../contract/events.ts';
import type { Journal } from '../ports/journal.ts';
import type { Step, StepContext } from '../ports/step.ts';
import { type DerivedEntry, type PlanContext, type PlanEntry, type StepEntry, stepInfos } from './plan-builder.ts';
import { ProgressMeter } from './progress.ts';
import type { RunLog } from './run-log.ts';

export interface RunPlanOptions {
  journal: Journal;
  log: RunLog;
  signal: AbortSignal;
  /**
   * Takes back what this run made: called when it fails because something is not trusted or not fit, so that bad input leaves the
   * site as it was. Other failures keep the work for the next run to go on with. `null`: nothing is taken back.
   */
  takeBack: (() => Promise<void>) | null;
}

export interface RunResult {
  outcome: Outcome;
  error: InstallerError | null;
}

interface Done {
  step: Step<unknown, unknown>;
  input: unknown;
}

/**
 * Runs a plan: for each step looks whether it is already true, else journals the intent, does the work, verifies it and
 * journals the outcome. Never throws for what a step did: the outcome says it.
 */
export async function runPlan(
  plan: { readonly entries: readonly PlanEntry[] },
  initial: object,
  options: RunPlanOptions,
): Promise<RunResult> {
  const { journal, log, signal } = options;
  const meter = new ProgressMeter(stepInfos(plan));
  const state: Record<string, unknown> = { ...initial };
  const worked: Done[] = [];
  const planContext: PlanContext = { signal, changed: () => worked.some(({ step }) => step.looksOnly !== true) };
  let current = '';

  const stepContext: StepContext = {
    signal,
    progress(done, total, what = '') {
      const event = meter.report(done, total, what);
      if (event !== undefined) log.emit(event);
    },
    emit: (event) => log.emit(event),
    making: (thing) => journal.making(log.run, thing, Date.now()),
    isOurs: ({ kind, name }) =>
      journal.made().some((row) => row.state === 'open' && row.kind === kind && row.name === name),
  };

  let startedAt = performance.now();
  try {
    for (const { derived, entry } of stages(plan.entries)) {
      signal.throwIfAborted();
      const { step } = entry;
      current = step.id;
      startedAt = performance.now();
      log.emit({ kind: 'stepStarted', step: step.id });
      meter.start(step.id);
      for (const { key, make } of derived) state[key] = await make(state, planContext);
      const input = await entry.input(state, planContext);
      let output = await step.check(input, stepContext);
      const already = output !== undefined;
      if (!already) {
        journal.stepIntent(log.run, step.id, Date.now());
        // Before the work, so that a failing step's leftovers are undone as well.
        worked.push({ step, input });
        output = await step.run(input, stepContext);
        await step.verify(output, input, stepContext);
        journal.stepOutcome(log.run, step.id, 'done', Date.now());
      }
      state[entry.key] = output;
      meter.finish(!already);
      const ms = performance.now() - startedAt;
      log.emit({ kind: 'stepFinished', step: step.id, outcome: already ? 'unchanged' : 'done', ms });
    }
    return { outcome: planContext.changed() ? 'done' : 'unchanged', error: null };
  } catch (thrown) {
    const error = signal.aborted ? new InstallerError('CANCELLED', { cause: thrown }) : asInstallerError(thrown);
    const outcome = error.code === 'CANCELLED' ? 'cancelled' : 'failed';
    const failed = worked.at(-1);
    if (failed?.step.id === current) journal.stepOutcome(log.run, current, outcome, Date.now());
    log.emit({ kind: 'stepFailed', step: current, error: toWire(error), ms: performance.now() - startedAt });
    if (options.takeBack !== null && isRefusal(error)) await undo(options.takeBack, log);
    return { outcome, error };
  }
}

/** Derived values belong to the step that comes next: what fails in them is that step's failure. */
function stages(entries: readonly PlanEntry[]): { derived: DerivedEntry[]; entry: StepEntry }[] {
  const found: { derived: DerivedEntry[]; entry: StepEntry }[] = [];
  let derived: DerivedEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'derive') derived.push(entry);
    else {
      found.push({ derived, entry });
      derived = [];
    }
  }
  return found;
}

function isRefusal(error: InstallerError): boolean {
  const category = errorCategories[error.code];
  return category === 'untrusted' || category === 'check' || category === 'usage';
}

/** Never cancelled half-way. What could not be taken back stays in the journal, and a roll back tries again. */
async function undo(takeBack: () => Promise<void>, log: RunLog): Promise<void> {
  try {
    await takeBack();
  } catch (thrown) {
    const { message } = asInstallerError(thrown);
    log.emit({ kind: 'log', level: 'error', source: 'takeBack', message: `could not be taken back: ${message}` });
  }
}
