import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import { fromWire, InstallerError } from '../../base/errors.ts';
import { errorCategories } from '../../contract/errors.ts';
import type { EngineEvent, EngineEventBody, StepInfo } from '../../contract/events.ts';
import type { Finding } from '../../contract/findings.ts';
import { describeEvent, describeProgress } from './describe.ts';
import { showNotPassed } from './findings.ts';
import { alreadyStreamed, type Terminal } from './terminal.ts';

type Finished = Extract<EngineEventBody, { kind: 'runFinished' }>;

interface StepSlot {
  finished: Promise<'done' | 'unchanged'>;
  settle(outcome: 'done' | 'unchanged'): void;
  fail(error: Error): void;
  onLine(line: string): void;
}

/**
 * Follows a run to its end. With --json every event is a line of NDJSON on stdout; without, the steps are a live list on
 * stderr (plain lines where stderr is no terminal). Returns the run's last event; throws the run's error.
 */
export async function showRun(out: Terminal, events: AsyncIterable<EngineEvent>): Promise<Finished> {
  const slots = new Map<string, StepSlot>();
  let list: Promise<unknown> = Promise.resolve();
  let finished: Finished | undefined;
  const isTime = progressPace();
  const findings: Finding[] = [];

  for await (const event of events) {
    const { body } = event;
    if (out.options.json) out.document(event);
    else if (body.kind === 'runStarted') list = startList(out, body.steps, slots);
    else if (!out.options.json) passOn(out, body, slots, isTime);
    if (body.kind === 'finding') findings.push(body.finding);
    if (body.kind === 'runFinished') finished = body;
  }
  if (finished === undefined) throw new InstallerError('INTERNAL', { params: { what: 'event stream ended early' } });
  const { error } = finished;
  for (const slot of slots.values()) slot.fail(new Error(error?.code ?? 'ended'));
  // The list rejects with the failed step's word; the run's own error is thrown below.
  await list.catch(() => undefined);
  // the remedy speaks of the advice on each, and `--override` of their codes
  if (error !== null && errorCategories[error.code] === 'check') {
    showNotPassed(
      out,
      findings.filter(({ status }) => status === 'fail'),
    );
  }
  if (error !== null) throw alreadyStreamed(fromWire(error));
  return finished;
}

/** A live list takes every progress event; a log file one in ten seconds, or it drowns. */
function progressPace(): () => boolean {
  if (process.stderr.isTTY === true) return () => true;
  let last = performance.now();
  return () => {
    if (performance.now() - last < 10_000) return false;
    last = performance.now();
    return true;
  };
}

function passOn(out: Terminal, body: EngineEventBody, slots: Map<string, StepSlot>, isTime: () => boolean): void {
  if (body.kind === 'stepFinished') slots.get(body.step)?.settle(body.outcome === 'unchanged' ? 'unchanged' : 'done');
  else if (body.kind === 'stepFailed') slots.get(body.step)?.fail(new Error(body.error.code));
  else if (body.kind === 'progress') {
    if (isTime()) slots.get(body.step)?.onLine(describeProgress(out.text, body));
  } else {
    const line = describeEvent(out.text, body);
    if (line !== undefined) for (const slot of slots.values()) slot.onLine(line);
  }
}

function startList(out: Terminal, steps: readonly StepInfo[], slots: Map<string, StepSlot>): Promise<unknown> {
  const tasks = steps.map((step): ListrTask => {
    const slot = makeSlot();
    slots.set(step.id, slot);
    return {
      title: out.text.step(step.id),
      task: async (_context, task) => {
        slot.onLine = (line) => {
          task.output = line;
        };
        const outcome = await slot.finished;
        slot.onLine = () => undefined;
        if (outcome === 'unchanged') task.title = `${task.title}: ${out.text.t('cli.unchanged')}`;
      },
    };
  });
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  return new Listr(tasks, {
    renderer: 'default',
    rendererOptions: { logger, collapseErrors: false, showErrorMessage: false, timer: undefined as never },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { logger },
    fallbackRendererCondition: () => process.stderr.isTTY !== true,
    // Ctrl-C belongs to the command, which cancels the run.
    registerSignalListeners: false,
  }).run();
}

function makeSlot(): StepSlot {
  const { promise, resolve, reject } = Promise.withResolvers<'done' | 'unchanged'>();
  // A step that is never reached has nobody waiting for it.
  promise.catch(() => undefined);
  return { finished: promise, settle: resolve, fail: reject, onLine: () => undefined };
}
