import type { LlmQuestion } from '../../contract/product.ts';

/** What a model said to one question. */
export interface LlmAnswer {
  readonly id: string;
  readonly text: string;
  /** Tokens generated; null where the server does not say. */
  readonly tokens: number | null;
  readonly ms: number;
}

/** Carries one question to the served model and its answer back: the way in differs from site to site. */
export type Chat = (question: LlmQuestion, signal?: AbortSignal) => Promise<Omit<LlmAnswer, 'id'>>;
