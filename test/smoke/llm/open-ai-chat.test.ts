import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { askServed } from '../../../installer/smoke/llm/ask-served.ts';
import { openAiChat } from '../../../installer/smoke/llm/open-ai-chat.ts';
import { errorOf } from '../../fixtures/error-code.ts';
import { tinyQuestions } from '../../fixtures/tiny-model.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** As llama.cpp's server answers. */
const completion = (content: string | null) =>
  JSON.stringify({
    choices: [{ finish_reason: 'stop', index: 0, message: { role: 'assistant', content } }],
    object: 'chat.completion',
    usage: { completion_tokens: 5, prompt_tokens: 30, total_tokens: 35 },
  });

const reply =
  (status: number, body: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const options = { maxTokens: 40, timeoutMs: 10_000 };
const [question] = tinyQuestions;
if (question === undefined) throw new Error('no question');
const ask = (baseUrl: string, more = {}) => openAiChat(baseUrl, { ...options, ...more })(question);

describe('openAiChat', () => {
  it('asks greedily, with a seed, and gives text, tokens and time', async () => {
    const seen: unknown[] = [];
    const baseUrl = await serve(async (request, response) => {
      seen.push(request.method, request.url, JSON.parse(await text(request)));
      response.end(completion('12'));
    });
    expect(await ask(`${baseUrl}/`)).toEqual({ text: '12', tokens: 5, ms: expect.any(Number) });
    expect(seen).toEqual([
      'POST',
      '/v1/chat/completions',
      {
        messages: [{ role: 'user', content: 'What is 7+5?' }],
        temperature: 0,
        seed: 1,
        max_tokens: 40,
        stream: false,
      },
    ]);
  });

  it('takes an empty answer as an answer', async () => {
    expect(await ask(await serve(reply(200, completion(null))))).toMatchObject({ text: '' });
  });

  const refused: [name: string, handler: Handler, found: string][] = [
    ['an error status', reply(503, '{"error":"loading"}'), 'status 503'],
    ['a page of a captive portal', reply(200, '<!DOCTYPE html>'), '<!DOCTYPE html>'],
    ['JSON that is no completion', reply(200, '{"choices":[]}'), '{"choices":[]}'],
    ['an answer without end', (_request, response) => flood(response), 'more'],
    ['a server that hangs up', (request) => void request.socket.destroy(), 'no connection'],
  ];
  it.each(refused)('refuses %s', async (_name, handler, found) => {
    expect(await errorOf(ask(await serve(handler)))).toMatchObject({ code: 'SMOKE_HTTP', found });
  });

  it('refuses a redirect to another server, even to one that answers', async () => {
    const elsewhere = await serve(reply(200, completion('12')));
    await expect(ask(elsewhere)).resolves.toMatchObject({ text: '12' });
    const baseUrl = await serve(reply(307, '', { location: `${elsewhere}/chat/completions` }));
    expect(await errorOf(ask(baseUrl))).toMatchObject({ code: 'SMOKE_HTTP', found: 'no connection' });
  });

  it('does not wait longer than it was told', async () => {
    const baseUrl = await serve(() => undefined);
    expect(await errorOf(ask(baseUrl, { timeoutMs: 100 }))).toMatchObject({
      code: 'SMOKE_HTTP',
      expected: 'an answer within 100 ms',
    });
  });

  it('says that nobody listens', async () => {
    const baseUrl = await serve(reply(200, ''));
    servers[0]?.close();
    expect(await errorOf(ask(baseUrl))).toMatchObject({ code: 'SMOKE_HTTP', found: 'no connection' });
  });

  it('cancelled is not failed', async () => {
    const controller = new AbortController();
    const baseUrl = await serve(() => controller.abort());
    expect((await errorOf(openAiChat(baseUrl, options)(question, controller.signal))).code).toBe('CANCELLED');
  });
});

describe('askServed', () => {
  it('asks one after the other and tells how far it is', async () => {
    let open = 0;
    const told: number[] = [];
    const answers = await askServed(
      async ({ expect: answer }) => {
        expect(++open).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return { text: answer, tokens: 1, ms: 1 };
      },
      tinyQuestions,
      { onAnswer: (done) => told.push(done) },
    );
    expect(answers.map(({ id }) => id)).toEqual(tinyQuestions.map(({ id }) => id));
    expect(told).toEqual(tinyQuestions.map((_, index) => index + 1));
  });

  it('stops between two questions', async () => {
    const controller = new AbortController();
    let asked = 0;
    const chat = async () => {
      asked++;
      controller.abort();
      return { text: '', tokens: null, ms: 1 };
    };
    expect((await errorOf(askServed(chat, tinyQuestions, { signal: controller.signal }))).code).toBe('CANCELLED');
    expect(asked).toBe(1);
  });
});

function* endless(): Generator<Buffer> {
  while (true) yield Buffer.alloc(65_536, 'x');
}

/** Until the other side has had enough. */
function flood(response: ServerResponse): void {
  pipeline(Readable.from(endless()), response, () => undefined);
}
