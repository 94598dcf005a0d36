import type { StepContext, StepEventBody } from '../../../installer/ports/step.ts';

export interface RecordedContext extends StepContext {
  events: StepEventBody[];
  reports: { done: number; total: number }[];
}

/** A step's context that keeps what the step says. */
export function recordingContext(signal: AbortSignal = new AbortController().signal): RecordedContext {
  const events: StepEventBody[] = [];
  const reports: { done: number; total: number }[] = [];
  return {
    signal,
    events,
    reports,
    making: () => undefined,
    isOurs: () => false,
    emit: (event) => events.push(event),
    progress: (done, total) => reports.push({ done, total }),
  };
}
