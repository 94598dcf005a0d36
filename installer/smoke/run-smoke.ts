import { fromWire, InstallerError } from '../base/errors.ts';
import type { SmokeResult } from '../contract/smoke.ts';
import type { StepContext } from '../ports/step.ts';
import { readIsolation } from './isolation.ts';
import { builtInTests, productTest, runTest } from './run-test.ts';
import { defaultLimits, type SmokeInput, type SmokeOutput } from './smoke-input.ts';
import type { SmokeContext } from './verdict.ts';

export interface SmokeRun extends SmokeOutput {
  /** The first test's that failed. */
  failure: unknown;
}

/**
 * Runs all tests, built-in ones first, one after the other: they measure a machine that they would slow down together.
 * Each result is emitted as soon as it is there, and no failure keeps a later test from running.
 * @throws CANCELLED only.
 */
export async function runSmoke(input: SmokeInput, step: StepContext): Promise<SmokeRun> {
  const context: SmokeContext = { ...input, limits: { ...defaultLimits, ...input.limits }, signal: step.signal };
  const jobs: (() => Promise<SmokeResult>)[] = [
    ...[...builtInTests, ...input.tests.map(productTest)].map((test) => () => runTest(test, context)),
    ...input.extra,
  ];
  const results: SmokeResult[] = [];
  const failures: unknown[] = [];
  for (const [index, job] of jobs.entries()) {
    step.progress(index, jobs.length);
    try {
      const result = await job();
      results.push(result);
      step.emit({ kind: 'smoke', result });
      if (result.status === 'fail') failures.push(failureOf(result));
    } catch (error) {
      if (step.signal.aborted) throw new InstallerError('CANCELLED', { cause: error });
      failures.push(error);
    }
    if (step.signal.aborted) throw new InstallerError('CANCELLED');
  }
  step.progress(jobs.length, jobs.length);
  return { results, isolation: await isolation(step), failure: failures[0] };
}

function failureOf({ id, error, expected, measured }: SmokeResult): InstallerError {
  if (error !== null) return fromWire(error);
  return new InstallerError('INTERNAL', { params: { what: `smoke test ${id}` }, expected, found: measured });
}

/** Recorded for the report, never judged: that the machine cannot tell is no failure of the product. */
async function isolation(step: StepContext): Promise<SmokeOutput['isolation']> {
  try {
    return await readIsolation();
  } catch (error) {
    const message = `network state not readable: ${error instanceof Error ? error.message : String(error)}`;
    step.emit({ kind: 'log', level: 'warn', source: 'smoke', message });
    return null;
  }
}
