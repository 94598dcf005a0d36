import { InstallerError } from '../../base/errors.ts';
import type { Chat } from './answer.ts';
import { chatPath, chatRequest, maxResponseBytes, parseChatCompletion } from './chat-completion.ts';

export interface OpenAiChatOptions {
  readonly maxTokens: number;
  /** Per question, ms. */
  readonly timeoutMs: number;
  readonly model?: string;
}

/**
 * Plain HTTP to an OpenAI-compatible server, `baseUrl` ending in `/v1`. Follows no redirect: an answer from elsewhere is none.
 * SMOKE_HTTP (status, timeout, size, form), CANCELLED.
 */
export function openAiChat(baseUrl: string, options: OpenAiChatOptions): Chat {
  const url = `${baseUrl.replace(/\/+$/, '')}${chatPath}`;
  return async (question, signal) => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const started = performance.now();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: chatRequest(question, options),
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      const body = await readBounded(response, url);
      if (response.status !== 200) throw httpFailure(url, 'status 200', `status ${response.status}`, new Error(body));
      return { ...parseChatCompletion(body, url), ms: performance.now() - started };
    } catch (error) {
      if (error instanceof InstallerError) throw error;
      if (signal?.aborted) throw new InstallerError('CANCELLED', { cause: error });
      if (timeout.aborted) throw httpFailure(url, `an answer within ${options.timeoutMs} ms`, 'none', error);
      throw httpFailure(url, 'an answer', 'no connection', error);
    }
  };
}

async function readBounded(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // leaving the loop cancels the body
    if (size > maxResponseBytes) throw httpFailure(url, `≤ ${maxResponseBytes} bytes`, 'more', undefined);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function httpFailure(url: string, expected: string, found: string, cause: unknown): InstallerError {
  return new InstallerError('SMOKE_HTTP', { params: { test: 'llm', url }, expected, found, cause });
}
