import { z } from 'zod';
import { InstallerError } from '../../base/errors.ts';
import type { LlmQuestion } from '../../contract/product.ts';

/** Of a response nothing beyond this is read, bytes. */
export const maxResponseBytes = 1024 * 1024;

/** Path below the OpenAI-compatible base URL (which ends in `/v1`). */
export const chatPath = '/chat/completions';

/**
 * The body of `POST /v1/chat/completions`: greedy, so that the same weights give the same words.
 * https://platform.openai.com/docs/api-reference/chat/create, as llama.cpp's server speaks it
 */
export function chatRequest(
  question: Pick<LlmQuestion, 'ask'>,
  options: { maxTokens: number; model?: string },
): string {
  return JSON.stringify({
    ...(options.model === undefined ? {} : { model: options.model }),
    messages: [{ role: 'user', content: question.ask }],
    temperature: 0,
    seed: 1,
    max_tokens: options.maxTokens,
    stream: false,
  });
}

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z.object({ completion_tokens: z.int().min(0) }).optional(),
});

/** The answer in a response body; SMOKE_HTTP when it is not a chat completion. */
export function parseChatCompletion(body: string, url: string): { text: string; tokens: number | null } {
  try {
    const { choices, usage } = completion.parse(JSON.parse(body));
    return { text: choices[0]?.message.content ?? '', tokens: usage?.completion_tokens ?? null };
  } catch (error) {
    throw new InstallerError('SMOKE_HTTP', {
      params: { test: 'llm', url },
      expected: 'a chat completion',
      found: body.slice(0, 80),
      cause: error,
    });
  }
}
