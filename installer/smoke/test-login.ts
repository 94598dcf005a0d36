import { randomBytes } from 'node:crypto';
import { InstallerError } from '../base/errors.ts';
import type { SmokeTest } from '../contract/product.ts';
import { askHttp, type HttpAnswer } from './http-request.ts';
import { parseJson } from './parse-json.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

const refusals: readonly number[] = [401, 403];
const expected = 'HTTP 200 with a token; wrong password: HTTP 401 or 403';

/**
 * The right password gives a token and a wrong one is refused. The wrong one goes first, so that the login that succeeds
 * clears the server's count of failed ones. Neither password nor token is ever part of the verdict.
 */
export async function testLogin(test: Extract<SmokeTest, { kind: 'login' }>, context: SmokeContext): Promise<Verdict> {
  const { url, usernameEnv, passwordEnv, tokenField } = test;
  const username = envValue(usernameEnv, context);
  const password = envValue(passwordEnv, context);
  const params = { url };

  const refused = await askHttp({ url, json: { username, password: randomBytes(18).toString('base64url') } }, context);
  const accepted = await askHttp({ url, json: { username, password } }, context);
  const token = hasToken(accepted, tokenField);
  const measured = `${statusOf(accepted)} ${token ? 'with' : 'without'} a token; wrong password: ${statusOf(refused)}`;
  const pass =
    accepted.answered &&
    accepted.status === 200 &&
    token &&
    refused.answered &&
    refusals.includes(refused.status) &&
    !hasToken(refused, tokenField);
  const cause = [accepted, refused].find((answer) => !answer.answered);
  return { pass, expected, measured, params, cause: cause?.answered === false ? cause.cause : undefined };
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
