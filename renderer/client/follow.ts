import type { EngineEvent } from '../../installer/contract/events.ts';
import type { EngineClient } from './transport.ts';

/** Hands on a run's events after `after` until the run is finished, the signal says stop, or the connection breaks (throws). */
export async function followRun(
  client: EngineClient,
  run: string,
  after: number,
  onEvent: (event: EngineEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const events = await client.runs.follow({ run, after }, { signal });
  for await (const event of events) {
    if (signal.aborted) return;
    onEvent(event);
  }
}
