import type { ControlState } from '../contract/wizard.ts';

/** One connection of a face to the engine. The face decides who is the writer, not the window. */
export interface Session {
  /** May this connection change things now? */
  readonly writer: boolean;
  state(): ControlState;
  /** Becomes the writer if nobody else is. */
  claim(): ControlState;
  release(): ControlState;
}

/** A session that ends with its connection. */
export interface WindowSession extends Session {
  /** The connection is gone: frees the claim. */
  close(): void;
}

/** The claim of one face: at most one of its windows is the writer. The first one that comes when it is free takes it. */
export class WindowClaim {
  #writer: object | undefined;

  open(): WindowSession {
    const self = {};
    let closed = false;
    const state = (): ControlState => ({
      writer: this.#writer === self,
      taken: this.#writer !== undefined && this.#writer !== self,
    });
    const claim = () => {
      if (!closed) this.#writer ??= self;
      return state();
    };
    const release = () => {
      if (this.#writer === self) this.#writer = undefined;
      return state();
    };
    claim();
    const isWriter = () => this.#writer === self;
    return {
      get writer() {
        return isWriter();
      },
      state,
      claim,
      release,
      close: () => {
        closed = true;
        release();
      },
    };
  }
}

/** The command line's own: there is no other window beside it in its process. */
export function soleSession(): Session {
  return new WindowClaim().open();
}
