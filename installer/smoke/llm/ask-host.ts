import type { LlmQuestion } from '../../contract/product.ts';
import type { CheckedModel, LlmRuntime } from '../../ports/llm.ts';
import type { LlmAnswer } from './answer.ts';

export interface AskHostOptions {
  /** Tokens. */
  readonly nCtx: number;
  readonly threads: number;
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
}

/** Asks a model on this machine, without the stack: SMOKE_LLM_LOAD, CANCELLED. */
export async function askHost(
  runtime: LlmRuntime,
  model: CheckedModel,
  questions: readonly LlmQuestion[],
  options: AskHostOptions,
): Promise<LlmAnswer[]> {
  return runtime.ask({ model, prompts: questions.map(({ id, ask }) => ({ id, user: ask })), ...options });
}
