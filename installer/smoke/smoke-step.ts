import { InstallerError } from '../base/errors.ts';
import type { Step } from '../ports/step.ts';
import { runSmoke } from './run-smoke.ts';
import type { SmokeInput, SmokeOutput } from './smoke-input.ts';

/**
 * Tests the running stack. Fails with the first failed test's own error, after all tests were run and their results
 * emitted. Runs whenever it is asked to, unless the engine says that nothing changed since the last time.
 */
export const smokeStack: Step<SmokeInput, SmokeOutput> = {
  id: 'smoke',
  weight: 10,
  unit: 'items',
  reversible: true,
  looksOnly: true,

  async check(input) {
    return input.unchanged;
  },

  async run(input, context) {
    const { failure, ...output } = await runSmoke(input, context);
    if (failure !== undefined) throw failure;
    return output;
  },

  async verify({ results }) {
    const failed = results.find(({ status }) => status === 'fail');
    if (failed !== undefined) throw new InstallerError('INTERNAL', { params: { what: `smoke test ${failed.id}` } });
  },
};
