import type { SmokeTest } from '../contract/product.ts';
import type { ExecResult } from '../ports/containers.ts';
import { lastWords, pattern } from './pattern.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

/** A command inside a running service ends with 0 and prints what matches. */
export async function testCommand(
  test: Extract<SmokeTest, { kind: 'command' }>,
  context: SmokeContext,
): Promise<Verdict> {
  const { service, argv, timeoutSeconds, stdoutMatches, id } = test;
  const wanted = pattern(stdoutMatches, id);
  const options = { timeoutMs: timeoutSeconds * 1000, signal: context.signal };
  return judge(wanted, await context.runtime.exec(context.files, service, argv, options), service, context);
}

/** The same in a container of its own, for services that do not run all the time. */
export async function testOneOff(
  test: Extract<SmokeTest, { kind: 'oneOff' }>,
  context: SmokeContext,
): Promise<Verdict> {
  const { service, argv, stdoutMatches, id } = test;
  const wanted = pattern(stdoutMatches, id);
  const options = { timeoutMs: context.limits.oneOffMs, signal: context.signal };
  return judge(wanted, await context.runtime.runOneOff(context.files, service, argv, options), service, context);
}

function judge(
  wanted: RegExp,
  { exitCode, stdout, stderr }: ExecResult,
  service: string,
  { redact }: SmokeContext,
): Verdict {
  const pass = exitCode === 0 && wanted.test(stdout);
  const output = lastWords(redact(pass ? stdout : `${stdout}\n${stderr}`));
  return {
    pass,
    expected: `exit code 0, /${wanted.source}/`,
    measured: `exit code ${exitCode}${output === '' ? '' : `: ${output}`}`,
    params: { service },
  };
}
