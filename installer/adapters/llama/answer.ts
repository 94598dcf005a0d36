import { getLlama, LlamaChatSession, LlamaLogLevel, resolveChatWrapper } from 'node-llama-cpp';
import type { WorkerRequest, WorkerResponse } from './protocol.ts';

type Replies = Extract<WorkerResponse, { outcome: 'answered' }>['replies'];

/**
 * Loads the model on the CPU and answers every prompt from an empty history: temperature 0 and a fixed seed, so that the same
 * weights give the same words. `build: never` and `skipDownload`: only the library's own prebuilt binary, no compiler, no
 * network.
 */
export async function answer(request: WorkerRequest): Promise<Replies> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
    maxThreads: request.threads,
  });
  const model = await llama.loadModel({ modelPath: request.modelPath, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: request.nCtx, sequences: 1, threads: request.threads });
  const contextSequence = context.getSequence();
  // once: telling what kind of template the model carries takes longer than a small model takes to answer
  const chatWrapper = resolveChatWrapper(model);
  const replies: Replies = [];
  for (const { id, system, user } of request.prompts) {
    // each prompt is evaluated whole: what the cache still holds of the last one would change the rounding
    await contextSequence.clearHistory();
    const session = new LlamaChatSession({ contextSequence, chatWrapper });
    // without this the library puts a system prompt of its own in front, and the served model gets none
    session.setChatHistory(system === undefined ? [] : [{ type: 'system', text: system }]);
    let tokens = 0;
    const started = performance.now();
    const text = await session.prompt(user, {
      maxTokens: request.maxTokens,
      temperature: 0,
      seed: 1,
      onToken: (chunk) => {
        tokens += chunk.length;
      },
    });
    replies.push({ id, text, tokens, ms: performance.now() - started });
    session.dispose({ disposeSequence: false });
  }
  return replies;
}
