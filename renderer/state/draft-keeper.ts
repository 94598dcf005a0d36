import { hasChoices } from '../../installer/contract/draft.ts';
import type { EngineClient } from '../client/transport.ts';
import { type Draft, emptyDraft } from './draft.ts';

export interface KeptDraft {
  readonly draft: Draft;
  /** The engine has said what it keeps: before that nothing is shown and nothing can be chosen. */
  readonly loaded: boolean;
  /** What it kept cannot be read any more. */
  readonly damaged: boolean;
}

/** Changes on their way at a time, in order; beyond these only the newest waits. A slow disk must not hold up what was typed. */
const maxUnderWay = 8;

type DraftCalls = Pick<EngineClient, 'draft'>;

/**
 * The draft as this window shows it; the engine keeps it. The window in control hands on every change at once, so that a reload right
 * after a key was pressed loses nothing; the others follow it. After a break of the connection the window in control gives what it shows.
 */
export class DraftKeeper {
  readonly #listeners = new Set<() => void>();
  #state: KeptDraft = { draft: emptyDraft, loaded: false, damaged: false };
  #client: DraftCalls | null = null;
  #writer: boolean | null = null;
  #unsent = false;
  #underWay = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): KeptDraft => this.#state;

  /** Another connection, or another answer to whether this window is in control. */
  attach(client: DraftCalls | null, writer: boolean | null): void {
    this.#writer = writer;
    if (client === this.#client) {
      this.#send();
      return;
    }
    this.#client = client;
    this.#underWay = 0;
    if (client !== null) void this.#follow(client);
  }

  /** A window that only looks on may look elsewhere; what was decided is not its to change. */
  readonly change = (change: (draft: Draft) => Draft): void => {
    const { draft, loaded } = this.#state;
    if (!loaded) return;
    const next = change(draft);
    if (next === draft) return;
    if (this.#writer === false) {
      const { page, mode, run } = next;
      this.#set({ draft: { ...draft, page, mode, run } });
      return;
    }
    this.#set({ draft: next, damaged: false });
    this.#unsent = true;
    this.#send();
  };

  async #follow(client: DraftCalls): Promise<void> {
    try {
      let first = true;
      for await (const { draft, damaged } of await client.draft.follow()) {
        // It ends with its connection; what came before counts no more.
        if (this.#client !== client) return;
        // An engine that was started again may know less than this window, or, with more rights, more than it.
        const known = draft === null || hasChoices(this.#state.draft);
        const own = first && this.#state.loaded && this.#writer === true && known;
        first = false;
        if (own) {
          this.#unsent = true;
          this.#send();
        } else if (!this.#unsent) this.#set({ draft: draft ?? emptyDraft, loaded: true, damaged });
      }
    } catch (error) {
      // A break of the connection: the next one follows again.
      if (this.#client === client) console.debug('the draft is not followed any more', error);
    }
  }

  #send(): void {
    const client = this.#client;
    if (client === null || this.#writer !== true || this.#underWay >= maxUnderWay || !this.#unsent) return;
    this.#underWay += 1;
    this.#unsent = false;
    client.draft
      .set(this.#state.draft)
      .catch((error: unknown) => {
        // Not taken: the next change is another try, and so is the next connection.
        if (this.#client === client) console.debug('the draft was not kept', error);
        this.#unsent ||= this.#client !== client;
      })
      .finally(() => {
        if (this.#client !== client) return;
        this.#underWay -= 1;
        this.#send();
      });
  }

  #set(change: Partial<KeptDraft>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
