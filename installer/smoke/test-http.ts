import type { SmokeTest } from '../contract/product.ts';
import { askHttp } from './http-request.ts';
import { lastWords, pattern } from './pattern.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

/** A GET on a published port gives the status, and a body that matches where one is asked for. */
export async function testHttp(test: Extract<SmokeTest, { kind: 'http' }>, context: SmokeContext): Promise<Verdict> {
  const { id, url, status, bodyMatches } = test;
  const expected = `HTTP ${status}${bodyMatches === undefined ? '' : `, /${bodyMatches}/`}`;
  const wanted = bodyMatches === undefined ? undefined : pattern(bodyMatches, id);
  const params = { url };

  const answer = await askHttp(url, context);
  if (!answer.answered) return { pass: false, expected, measured: answer.why, params, cause: answer.cause };
  const matches = wanted?.test(answer.body) ?? true;
  const pass = answer.status === status && matches;
  const measured = `HTTP ${answer.status}${pass ? '' : bodyNote(context.redact(answer.body))}`;
  return { pass, expected, measured, params };
}

function bodyNote(body: string): string {
  return body.trim() === '' ? ', empty body' : `: ${lastWords(body)}`;
}
