import { randomBytes } from 'node:crypto';
import { InstallerError } from '../base/errors.ts';
import type { SmokeTest } from '../contract/product.ts';
import { inBoth } from '../contract/texts.ts';
import { postInside } from './ask-inside.ts';
import type { HttpAnswer } from './http-request.ts';
import { parseJson } from './parse-json.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

const refusals: readonly number[] = [401, 403];
const expected = 'HTTP 200 with a token; wrong password: HTTP 401 or 403';

/**
 * The right password gives a token and a wrong one is refused. The wrong one goes first, so that the login that succeeds
 * clears the server's count of failed ones. Neither password nor token is ever part of the verdict.
 *
 * The password in .env is the first one, and people are told to change it. Where it worked on this site before and is refused
 * now as a wrong one is, that passes under a title that says so; on a new site, or with any other answer, it fails.
 */
export async function testLogin(test: Extract<SmokeTest, { kind: 'login' }>, context: SmokeContext): Promise<Verdict> {
  const { id, service, url, usernameEnv, passwordEnv, tokenField } = test;
  const username = envValue(usernameEnv, context);
  const password = envValue(passwordEnv, context);

  const wrong = randomBytes(18).toString('base64url');
  const refused = await postInside(service, { url, json: { username, password: wrong } }, context);
  const right = await postInside(service, { url, json: { username, password } }, context);
  const token = hasToken(right, tokenField);
  const holds = isRefusal(refused, tokenField);
  const provenAt = context.loginsProven.get(id);
  if (holds && provenAt !== undefined && isRefusal(right, tokenField)) {
    const since = new Date(provenAt).toISOString();
    return {
      pass: true,
      title: inBoth('smoke', 'firstPasswordChanged'),
      expected: 'first password: accepted, or refused like a wrong one after it was changed',
      measured: `first password: ${statusOf(right)} (accepted ${since}); wrong password: ${statusOf(refused)}`,
      params: { url, service, login: 'changed' },
    };
  }
  const pass = right.answered && right.status === 200 && token && holds;
  const measured = `${statusOf(right)} ${token ? 'with' : 'without'} a token; wrong password: ${statusOf(refused)}`;
  return { pass, expected, measured, params: { url, service, ...(pass ? { login: 'accepted' } : {}) } };
}

function isRefusal(answer: HttpAnswer, tokenField: string): boolean {
  return answer.answered && refusals.includes(answer.status) && !hasToken(answer, tokenField);
}

function statusOf(answer: HttpAnswer): string {
  return answer.answered ? `HTTP ${answer.status}` : answer.why;
}

/** @param field dotted path in the JSON answer: `access_token`, `data.token`. */
function hasToken(answer: HttpAnswer, field: string): boolean {
  if (!answer.answered) return false;
  let value = parseJson(answer.body);
  for (const key of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'string' && value !== '';
}

function envValue(name: string, { env }: SmokeContext): string {
  const value = env.get(name);
  if (value === undefined || value === '') {
    throw new InstallerError('TEMPLATE_UNKNOWN_VALUE', { params: { file: '.env', name } });
  }
  return value;
}
