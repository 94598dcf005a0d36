import { InstallerError, toWire } from '../base/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Bilingual, SmokeTest } from '../contract/product.ts';
import type { SmokeResult } from '../contract/smoke.ts';
import { inBoth } from '../contract/texts.ts';
import { testCommand, testOneOff } from './test-command.ts';
import { testHealth } from './test-health.ts';
import { testHttp } from './test-http.ts';
import { testImageOrigin } from './test-image-origin.ts';
import { testLogin } from './test-login.ts';
import { testPrometheusTarget } from './test-prometheus-target.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

/** A test that can be run: who it is, what it proves, and the code with which it fails. */
export interface RunnableTest {
  id: string;
  title: Bilingual;
  code: ErrorCode;
  judge(context: SmokeContext): Promise<Verdict>;
}

/** Tests that every product gets. */
export const builtInTests: readonly RunnableTest[] = [
  { id: 'health', title: inBoth('smoke', 'health'), code: 'SMOKE_HEALTH', judge: testHealth },
  { id: 'imageOrigin', title: inBoth('smoke', 'imageOrigin'), code: 'SMOKE_IMAGE_ORIGIN', judge: testImageOrigin },
];

export function productTest(test: SmokeTest): RunnableTest {
  const { id, title } = test;
  switch (test.kind) {
    case 'http':
      return { id, title, code: 'SMOKE_HTTP', judge: (context) => testHttp(test, context) };
    case 'login':
      return { id, title, code: 'SMOKE_LOGIN', judge: (context) => testLogin(test, context) };
    case 'command':
      return { id, title, code: 'SMOKE_COMMAND', judge: (context) => testCommand(test, context) };
    case 'oneOff':
      return { id, title, code: 'SMOKE_COMMAND', judge: (context) => testOneOff(test, context) };
    case 'prometheusTarget':
      return { id, title, code: 'SMOKE_TARGET_DOWN', judge: (context) => testPrometheusTarget(test, context) };
  }
}

/**
 * Runs one test to its result. What a test trips over (a runtime that does not answer, say) is its failure too.
 * @throws CANCELLED only.
 */
export async function runTest(test: RunnableTest, context: SmokeContext): Promise<SmokeResult> {
  const started = performance.now();
  const verdict = await test.judge(context).catch((error: unknown): Verdict => {
    if (context.signal.aborted) throw new InstallerError('CANCELLED', { cause: error });
    const measured = error instanceof InstallerError ? error.code : 'no result';
    return { pass: false, expected: 'a result', measured, cause: error };
  });
  const params = { test: test.id, ...verdict.params };
  const result: SmokeResult = {
    id: test.id,
    status: verdict.pass ? 'pass' : 'fail',
    title: verdict.title ?? test.title,
    expected: verdict.expected,
    measured: context.redact(verdict.measured),
    ms: performance.now() - started,
    params,
    error: null,
  };
  if (verdict.pass) return result;
  const { code } = test;
  const error = new InstallerError(code, {
    params,
    expected: result.expected,
    found: result.measured,
    cause: verdict.cause,
  });
  return { ...result, error: redactWire(toWire(error), context.redact) };
}

type Wire = ReturnType<typeof toWire>;

function redactWire(wire: Wire, redact: (text: string) => string): Wire {
  const clean: Wire = { code: wire.code, params: wire.params };
  if (wire.expected !== undefined) clean.expected = redact(wire.expected);
  if (wire.found !== undefined) clean.found = redact(wire.found);
  if (wire.detail !== undefined) clean.detail = redact(wire.detail);
  if (wire.cause !== undefined) clean.cause = redactWire(wire.cause, redact);
  return clean;
}
