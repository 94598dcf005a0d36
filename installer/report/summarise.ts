import { InstallerError } from '../base/errors.ts';
import type { WireError } from '../contract/errors.ts';
import type { StepInfo } from '../contract/events.ts';
import type { ReportResult, ReportSummary, StepRecord } from '../contract/report.ts';
import type { ReadEvent } from './report-events.ts';
import { reportStepId } from './step-id.ts';

type Body<Kind extends ReadEvent['body']['kind']> = Extract<ReadEvent['body'], { kind: Kind }>;

/**
 * What a run's events say, in a form to be read. Depends on the events alone, so that whoever has them can compute it
 * again and compare.
 * @throws REPORT_FORMAT when the log does not begin with the run's start.
 */
export function summarise(events: readonly ReadEvent[]): ReportSummary {
  const first = events[0];
  const last = events.at(-1);
  if (first?.body.kind !== 'runStarted' || last === undefined) {
    throw new InstallerError('REPORT_FORMAT', {
      params: { field: 'events.1' },
      expected: 'runStarted',
      found: first?.body.kind ?? 'nothing',
    });
  }
  const { action, steps: plan } = first.body;
  const failure = of(events, 'stepFailed').at(-1)?.error ?? null;
  const end = of(events, 'runFinished').at(-1);
  const steps = stepRecords(plan, events);
  return {
    action,
    result: end?.outcome ?? resultSoFar(plan, steps, failure),
    started: first.at,
    finished: last.at,
    steps,
    findings: newest(of(events, 'finding'), ({ finding }) => `${finding.code} ${finding.subject}`).map(
      (e) => e.finding,
    ),
    services: newest(of(events, 'service'), ({ service }) => service.service).map((e) => e.service),
    smoke: newest(of(events, 'smoke'), ({ result }) => result.id).map((e) => e.result),
    artifacts: newest(of(events, 'artifact'), ({ artifact }) => `${artifact.type} ${artifact.name}`).map(
      (e) => e.artifact,
    ),
    removed: of(events, 'removed').map(({ item }) => item),
    kept: of(events, 'kept').map(({ item, reason }) => ({ item, reason })),
    error: end?.error ?? failure,
  };
}

/** The result of a run whose end is not in the log: the report is written before it. */
function resultSoFar(plan: readonly StepInfo[], steps: readonly StepRecord[], failure: WireError | null): ReportResult {
  if (failure !== null) return failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
  if (steps.some(({ outcome }) => outcome === 'running')) return 'running';
  const looksOnly = new Set(plan.filter((step) => step.looksOnly).map(({ id }) => id));
  return steps.some(({ step, outcome }) => outcome === 'done' && !looksOnly.has(step)) ? 'done' : 'unchanged';
}

/** The plan's steps in its order; the report step, which cannot report its own end, only once it has ended. */
function stepRecords(plan: readonly StepInfo[], events: readonly ReadEvent[]): StepRecord[] {
  const ended = new Map<string, StepRecord>();
  for (const { step, outcome, ms } of of(events, 'stepFinished')) ended.set(step, { step, outcome, ms });
  for (const { step, error, ms } of of(events, 'stepFailed')) {
    ended.set(step, { step, outcome: error.code === 'CANCELLED' ? 'cancelled' : 'failed', ms });
  }
  return plan
    .filter(({ id }) => id !== reportStepId || ended.has(id))
    .map(({ id }) => ended.get(id) ?? { step: id, outcome: 'running', ms: null });
}

function of<Kind extends ReadEvent['body']['kind']>(events: readonly ReadEvent[], kind: Kind): Body<Kind>[] {
  return events.map(({ body }) => body).filter((body): body is Body<Kind> => body.kind === kind);
}

/** The last one for each key, at the place where the key came up first. */
function newest<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
