import { asInstallerError, InstallerError, toWire } from '../base/errors.ts';
import { endOf } from '../base/foreign-text.ts';
import type { Bilingual, LlmQuestion, ProductDefinition } from '../contract/product.ts';
import type { SmokeResult } from '../contract/smoke.ts';
import { checkModel } from '../model/check-model.ts';
import type { LlmRuntime } from '../ports/llm.ts';
import type { StackFiles, StackRuntime } from '../ports/runtime.ts';
import type { Chat, LlmAnswer } from '../smoke/llm/answer.ts';
import { askHost } from '../smoke/llm/ask-host.ts';
import { askServed } from '../smoke/llm/ask-served.ts';
import { chatPath, chatRequest, parseChatCompletion } from '../smoke/llm/chat-completion.ts';
import { judge, requireAnswers } from '../smoke/llm/judge.ts';

type LlmTest = NonNullable<ProductDefinition['smoke']['llm']>;

export interface LlmSmokeSource {
  test: LlmTest;
  llm: LlmRuntime;
  runtime: StackRuntime;
  files: StackFiles;
  modelPath: string;
  nCtx: number;
  nThreads: number;
  /** Takes secrets out of what the service that asks said. */
  redact: (text: string) => string;
  signal?: AbortSignal;
}

const titles = {
  host: {
    en: 'Known answers of the model file, on this machine',
    ru: 'Контрольные ответы модели из файла, на этой машине',
  },
  served: { en: 'Known answers of the served model', ru: 'Контрольные ответы развёрнутой модели' },
} as const satisfies Record<string, Bilingual>;

/** Slow hardware may take minutes for an answer; a server that hangs is still told. */
const answerSeconds = 300;

/** The two known-answer tests: the placed file in a child process here, and what the stack serves. */
export function llmSmokeTests(source: LlmSmokeSource): (() => Promise<SmokeResult>)[] {
  const { test, llm, nCtx, nThreads, modelPath, signal } = source;
  const common = { nCtx, threads: nThreads, maxTokens: test.maxTokens };
  const options = signal === undefined ? common : { ...common, signal };
  return [
    () => tested(test, 'host', async () => askHost(llm, await checkModel(modelPath), test.questions, options)),
    () =>
      tested(test, 'served', () =>
        askServed(chatThroughStack(source), test.questions, signal === undefined ? {} : { signal }),
      ),
  ];
}

async function tested(test: LlmTest, where: 'host' | 'served', ask: () => Promise<LlmAnswer[]>): Promise<SmokeResult> {
  const started = performance.now();
  const result = {
    id: `llm_${where}`,
    title: titles[where],
    expected: `≥ ${test.minimumCorrect} / ${test.questions.length}`,
  };
  try {
    const judgement = judge(test.questions, await ask(), test.minimumCorrect);
    const speed = judgement.tokensPerSecond === null ? '' : `, ${judgement.tokensPerSecond.toFixed(1)} tokens/s`;
    const params = {
      correct: judgement.correct,
      total: judgement.total,
      ...(judgement.tokensPerSecond === null ? {} : { tokensPerSecond: judgement.tokensPerSecond }),
    };
    const measured = `${judgement.correct} / ${judgement.total}${speed}`;
    const ms = performance.now() - started;
    try {
      requireAnswers(judgement, where);
    } catch (error) {
      return { ...result, status: 'fail', measured, ms, params, error: toWire(error) };
    }
    return { ...result, status: 'pass', measured, ms, params, error: null };
  } catch (thrown) {
    const error = asInstallerError(thrown);
    if (error.code === 'CANCELLED') throw error;
    return {
      ...result,
      status: 'fail',
      measured: error.code,
      ms: performance.now() - started,
      params: {},
      error: toWire(error),
    };
  }
}

/** The model is on the stack's internal network only, so a service of the stack asks with its curl. */
function chatThroughStack({ test, runtime, files, redact }: LlmSmokeSource): Chat {
  const url = `${test.baseUrl.replace(/\/+$/, '')}${chatPath}`;
  return async (question: LlmQuestion, signal) => {
    const started = performance.now();
    const argv = [
      // an image may have a proxy of its maker's in its environment
      ...[
        'curl',
        '--noproxy',
        '*',
        '--silent',
        '--show-error',
        '--fail-with-body',
        '--max-time',
        String(answerSeconds),
      ],
      ...['--header', 'content-type: application/json', '--data-binary', '@-', url],
    ];
    const { exitCode, ...said } = await runtime.exec(files, test.client, argv, {
      stdin: chatRequest(question, { maxTokens: test.maxTokens }),
      timeoutMs: (answerSeconds + 30) * 1000,
      ...(signal === undefined ? {} : { signal }),
    });
    // Before anything is cut off: half a secret would not be known any more.
    const [stdout, stderr] = [redact(said.stdout), redact(said.stderr)];
    if (exitCode !== 0) {
      throw new InstallerError('SMOKE_HTTP', {
        params: { test: 'llm', url },
        expected: 'status 200',
        found: `curl ${exitCode}`,
        cause: new Error(endOf(`${stdout}\n${stderr}`.trim(), 2000)),
      });
    }
    return { ...parseChatCompletion(stdout, url), ms: performance.now() - started };
  };
}
