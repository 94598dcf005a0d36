import { fileURLToPath } from 'node:url';
import { InstallerError } from '../../base/errors.ts';
import type { LlmReply, LlmRequest, LlmRuntime } from '../../ports/llm.ts';
import { type ChildOutcome, runChild } from './child.ts';
import { type WorkerRequest, workerResponse } from './protocol.ts';

export interface LlamaRuntimeOptions {
  /** For loading and all replies together, ms. */
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly execPath?: string;
  readonly workerPath?: string;
}

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** LlmRuntime by node-llama-cpp in a child process of its own per request. */
export function createLlamaRuntime(options: LlamaRuntimeOptions = {}): LlmRuntime {
  return {
    async ask(request) {
      const outcome = await runChild(JSON.stringify(wire(request)), {
        execPath: options.execPath ?? process.execPath,
        workerPath: options.workerPath ?? workerFile,
        timeoutMs: options.timeoutMs ?? 600_000,
        graceMs: options.graceMs ?? 2000,
        signal: request.signal,
      }).catch((error: unknown) => {
        throw failure('not started', error);
      });
      return replies(outcome, request);
    },
  };
}

function wire(request: LlmRequest): WorkerRequest {
  const { model, nCtx, threads, maxTokens, prompts } = request;
  return { modelPath: model.path, nCtx, threads, maxTokens, prompts: [...prompts] };
}

function replies(outcome: ChildOutcome, request: LlmRequest): LlmReply[] {
  if (outcome.ended === 'aborted') throw new InstallerError('CANCELLED', { cause: request.signal?.reason });
  if (outcome.ended === 'timeout') throw failure('no answer in time', stderrOf(outcome));
  if (outcome.ended === 'tooMuch') throw failure('an endless answer', stderrOf(outcome));
  if (outcome.exitSignal !== null) throw failure(`signal ${outcome.exitSignal}`, stderrOf(outcome));
  if (outcome.exitCode !== 0) throw failure(`exit code ${outcome.exitCode}`, stderrOf(outcome));
  const response = parse(outcome);
  if (response.outcome === 'failed') throw failure('an error of llama.cpp', new Error(response.message));
  const wanted = request.prompts.map((prompt) => prompt.id);
  if (wanted.join('\n') !== response.replies.map((reply) => reply.id).join('\n')) {
    throw failure('replies to other questions', stderrOf(outcome));
  }
  return response.replies;
}

function parse(outcome: ChildOutcome) {
  try {
    return workerResponse.parse(JSON.parse(outcome.response));
  } catch (error) {
    throw failure('an unreadable answer', error);
  }
}

function stderrOf(outcome: ChildOutcome): Error | undefined {
  return outcome.stderr === '' ? undefined : new Error(outcome.stderr);
}

function failure(found: string, cause: unknown): InstallerError {
  return new InstallerError('SMOKE_LLM_LOAD', { expected: 'a model that loads and answers', found, cause });
}
