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
   * True: a run that fails because something is not trusted or not fit takes back what it did itself, so that bad input
   * leaves the site as it was. Other failures keep the work for the next run to go on with.
   */
  undoOnRefusal: boolean;
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
    if (options.undoOnRefusal && isRefusal(error)) await undo(worked, log, stepContext);
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

/** Newest first; a failing undo is said and the others still happen. Undo is never cancelled half-way. */
async function undo(worked: readonly Done[], log: RunLog, context: StepContext): Promise<void> {
  const calm: StepContext = { ...context, signal: new AbortController().signal, progress: () => undefined };
  for (const { step, input } of worked.toReversed()) {
    if (step.undo === undefined) continue;
    try {
      await step.undo(input, calm);
      log.emit({ kind: 'log', level: 'info', source: step.id, message: 'undone' });
    } catch (thrown) {
      const { message } = asInstallerError(thrown);
      log.emit({ kind: 'log', level: 'error', source: step.id, message: `could not be undone: ${message}` });
    }
  }
}
