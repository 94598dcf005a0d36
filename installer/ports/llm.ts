/** Only model/check-model.ts makes values of this type: no file reaches llama.cpp whose header was not checked first. */
export declare const headerChecked: unique symbol;

/** A GGUF file on this machine whose header holds. */
export interface CheckedModel {
  readonly [headerChecked]: true;
  readonly path: string;
}

export interface LlmPrompt {
  readonly id: string;
  readonly system?: string;
  readonly user: string;
}

export interface LlmReply {
  readonly id: string;
  readonly text: string;
  /** Tokens generated. */
  readonly tokens: number;
  readonly ms: number;
}

export interface LlmRequest {
  readonly model: CheckedModel;
  /** Context, tokens. */
  readonly nCtx: number;
  readonly threads: number;
  readonly prompts: readonly LlmPrompt[];
  /** Per reply. */
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
}

/** Real inference on this machine's CPU, without a network and without the stack. */
export interface LlmRuntime {
  /**
   * Answers each prompt on its own (no history), greedily, with the model's chat template; replies in the order of the
   * prompts. SMOKE_LLM_LOAD when the model does not load or inference crashes, hangs or ends early; CANCELLED.
   */
  ask(request: LlmRequest): Promise<LlmReply[]>;
}
