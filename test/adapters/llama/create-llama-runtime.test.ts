import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createLlamaRuntime,
  type LlamaRuntimeOptions,
} from '../../../installer/adapters/llama/create-llama-runtime.ts';
import { checkModel } from '../../../installer/model/check-model.ts';
import type { CheckedModel, LlmRequest } from '../../../installer/ports/llm.ts';
import { errorOf } from '../../fixtures/error-code.ts';
import { entry, ggufFile, llamaEntries, u64 } from '../../fixtures/gguf.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';

const here = (name: string): string => fileURLToPath(new URL(`./workers/${name}.ts`, import.meta.url));

/** Past the header check, as nothing outside this test can. */
const unchecked = (path: string) => ({ path }) as CheckedModel;

const request = (model: CheckedModel, more: Partial<LlmRequest> = {}): LlmRequest => ({
  model,
  nCtx: tinyModel.nCtx,
  threads: tinyModel.threads,
  prompts: [{ id: 'q', user: 'secret question' }],
  maxTokens: 40,
  ...more,
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pidsIn(text: string): number[] {
  const pids = text.split(' ').map(Number);
  expect(pids).toHaveLength(2);
  return pids;
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'llama-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the llama runtime', () => {
  it('answers each question from an empty history, in order, the same every time', async () => {
    const model = await checkModel(tinyModel.q8);
    const prompts = ['9+8=?', 'Capital of Japan?', '9+8=?'].map((user, index) => ({ id: `q${index}`, user }));
    const replies = await createLlamaRuntime().ask(request(model, { prompts }));
    expect(replies.map(({ id, text }) => [id, text])).toEqual([
      ['q0', '17'],
      ['q1', 'Tokyo'],
      ['q2', '17'],
    ]);
    expect(replies.map(({ tokens }) => tokens)).toEqual([2, 5, 2]);
    expect(replies.every(({ ms }) => ms > 0)).toBe(true);
  });

  it('puts a system prompt in front where there is one', async () => {
    const model = await checkModel(tinyModel.q8);
    const prompts = [{ id: 'q', system: 'You are a helpful assistant.', user: 'What is the capital of Italy?' }];
    const [reply] = await createLlamaRuntime().ask(request(model, { prompts }));
    expect(reply?.text).toBe('Rome');
  });

  it('stops at the number of tokens it may spend', async () => {
    const model = await checkModel(tinyModel.q8);
    const prompts = [{ id: 'q', user: 'Return JSON for name anna and age 42.' }];
    const [reply] = await createLlamaRuntime().ask(request(model, { prompts, maxTokens: 5 }));
    expect(reply?.tokens).toBeLessThanOrEqual(5);
    expect('{"name":"anna","age":42}'.startsWith(reply?.text ?? '-')).toBe(true);
  });

  it('takes away what a worker that answered has left running', async () => {
    const [reply] = await createLlamaRuntime({ workerPath: here('litter') }).ask(request(unchecked('m')));
    await vi.waitFor(() => expect(alive(Number(reply?.text))).toBe(false), { timeout: 20_000 });
  });

  it('shows no question on the command line and passes no environment on', async () => {
    vi.stubEnv('POSTGRES_PASSWORD', 'hunter2');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    try {
      const [reply] = await createLlamaRuntime({ workerPath: here('mirror') }).ask(request(unchecked('m')));
      const seen = JSON.parse(reply?.text ?? '{}');
      expect(seen.argv).toEqual([]);
      expect(JSON.stringify(seen)).not.toContain('secret question');
      const allowed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_LLAMA_CPP_SKIP_DOWNLOAD'];
      expect(Object.keys(seen.env).filter((name) => !allowed.includes(name))).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('a worker that fails is SMOKE_LLM_LOAD', () => {
  const cases: [name: string, found: string, options?: LlamaRuntimeOptions][] = [
    ['abort', 'signal SIGABRT'],
    ['exit', 'exit code 7'],
    ['silent', 'an unreadable answer'],
    ['other', 'replies to other questions'],
    ['flood', 'an endless answer'],
    ['gentle', 'no answer in time', { timeoutMs: 300 }],
    ['deaf', 'no answer in time', { timeoutMs: 1000, graceMs: 100 }],
  ];
  it.each(cases)('%s: %s', async (name, found, options) => {
    const runtime = createLlamaRuntime({ ...options, workerPath: here(name) });
    expect(await errorOf(runtime.ask(request(unchecked('m'))))).toMatchObject({ code: 'SMOKE_LLM_LOAD', found });
  });

  it('with the end of its standard error as the cause', async () => {
    const error = await errorOf(createLlamaRuntime({ workerPath: here('abort') }).ask(request(unchecked('m'))));
    expect(String(error.cause)).toContain('GGML_ASSERT failed');
  });

  it('and when Node.js itself cannot be started', async () => {
    const error = await errorOf(createLlamaRuntime({ execPath: '/nonexistent/node' }).ask(request(unchecked('m'))));
    expect(error).toMatchObject({ code: 'SMOKE_LLM_LOAD', found: 'not started' });
  });
});

describe('a cancelled request', () => {
  it.each(['gentle', 'deaf'])('ends the %s worker and is CANCELLED', async (name) => {
    const controller = new AbortController();
    const asked = createLlamaRuntime({ workerPath: here(name), graceMs: 100 }).ask(
      request(unchecked('m'), { signal: controller.signal }),
    );
    controller.abort();
    expect((await errorOf(asked)).code).toBe('CANCELLED');
  });

  it('leaves no process behind, not even one that its own started', async () => {
    const controller = new AbortController();
    const path = join(dir, 'pids');
    const asked = createLlamaRuntime({ workerPath: here('deaf'), graceMs: 100 }).ask(
      request(unchecked(path), { signal: controller.signal }),
    );
    const error = errorOf(asked);
    const pids = await vi.waitFor(async () => pidsIn(await readFile(path, 'utf8')), { timeout: 20_000 });
    expect(pids.filter(alive)).toEqual(pids);
    controller.abort();
    expect((await error).code).toBe('CANCELLED');
    await vi.waitFor(() => expect(pids.filter(alive)).toEqual([]), { timeout: 20_000 });
  });

  it('before its start is CANCELLED, too', async () => {
    const asked = createLlamaRuntime({ workerPath: here('gentle') }).ask(
      request(unchecked('m'), { signal: AbortSignal.abort() }),
    );
    expect((await errorOf(asked)).code).toBe('CANCELLED');
  });
});

describe('the real worker', () => {
  // positive control for the child process and for the header check: this is what would otherwise take the engine down
  it('dies of a string of 2^31 bytes that the header check would have refused', async () => {
    const path = join(dir, 'hostile.gguf');
    await writeFile(path, ggufFile({ entries: [...llamaEntries, entry('x', 'string', u64(2 ** 31))] }));
    const error = await errorOf(createLlamaRuntime().ask(request(unchecked(path))));

    expect(error).toMatchObject({ code: 'SMOKE_LLM_LOAD', found: 'signal SIGABRT' });
    expect((await errorOf(checkModel(path))).code).toBe('GGUF_LIMIT');
  });

  it('says that a file which is not there does not load', async () => {
    const error = await errorOf(createLlamaRuntime().ask(request(unchecked(join(dir, 'none.gguf')))));
    expect(error).toMatchObject({ code: 'SMOKE_LLM_LOAD', found: 'an error of llama.cpp' });
  });

  it('ends when the engine that started it is gone', async () => {
    const worker = fileURLToPath(new URL('../../../installer/adapters/llama/worker.ts', import.meta.url));
    const child = spawn(process.execPath, [worker], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] });
    child.stdin?.end();
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
  });
});
