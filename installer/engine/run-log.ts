import type { EngineEvent, EngineEventBody } from '../contract/events.ts';
import type { Journal } from '../ports/journal.ts';

type Listener = (event: EngineEvent) => void;

/**
 * A run's one stream. Every event but `progress` is journaled before anyone hears of it; progress is only for who listens
 * now and carries the sequence number of the last journaled event.
 */
export class RunLog {
  readonly run: string;
  readonly #journal: Journal;
  readonly #listeners = new Set<Listener>();
  #seq = 0;
  #ended = false;

  constructor(run: string, journal: Journal) {
    this.run = run;
    this.#journal = journal;
  }

  /** Nothing after `end` is heard or written: a step that is still ending has nobody to tell. */
  emit(body: EngineEventBody): void {
    if (this.#ended) return;
    const transient = body.kind === 'progress';
    const event: EngineEvent = { run: this.run, seq: transient ? this.#seq : this.#seq + 1, at: Date.now(), body };
    if (!transient) {
      this.#journal.append(event);
      this.#seq = event.seq;
      if (body.kind === 'artifact') this.#journal.artifact(this.run, body.artifact);
    }
    for (const listener of this.#listeners) listener(event);
  }

  end(): void {
    this.#ended = true;
  }

  /** Hears every event from now on; call the returned function to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
