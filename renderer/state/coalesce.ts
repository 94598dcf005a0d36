import type { EngineEvent } from '../../installer/contract/events.ts';

/** The page is drawn at most this often for what a run reports. */
export const drawIntervalMs = 100;

export interface Coalescer {
  push(event: EngineEvent): void;
  /** Delivers what is waiting, now. */
  flush(): void;
  stop(): void;
}

/**
 * Gathers events and delivers them at most ten times a second, in order. Of progress events that wait together only the
 * newest is kept: each says everything.
 */
export function coalesce(deliver: (events: readonly EngineEvent[]) => void, intervalMs = drawIntervalMs): Coalescer {
  let waiting: EngineEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    deliver(events);
  };
  return {
    push(event) {
      const last = waiting.at(-1);
      if (event.body.kind === 'progress' && last?.body.kind === 'progress' && last.body.step === event.body.step) {
        waiting[waiting.length - 1] = event;
      } else {
        waiting.push(event);
      }
      timer ??= setTimeout(flush, intervalMs);
    },
    flush,
    stop() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
