import { InstallerError } from '../base/errors.ts';
import type { Step } from '../ports/step.ts';
import { collectFindings, type Readiness, type ReadinessInput } from './collect-findings.ts';
import { missingCodes } from './mandatory-codes.ts';
import { preflightError } from './preflight-error.ts';

/** Looks at the machine before anything is copied. Always measured anew: yesterday's free port says nothing. */
export const readiness: Step<ReadinessInput, Readiness> = {
  id: 'readiness',
  weight: 1,
  unit: 'items',
  reversible: true,
  looksOnly: true,

  async check() {
    return undefined;
  },

  async run(input, context) {
    context.progress(0, 1);
    const { facts, findings, engineError } = await collectFindings(input, context.signal);
    for (const finding of findings) context.emit({ kind: 'finding', finding });
    context.progress(1, 1);
    const failure = preflightError(findings, engineError);
    if (failure !== undefined) throw failure;
    return { facts, findings };
  },

  async verify({ findings }, input) {
    const missing = missingCodes(findings, input);
    if (missing.length > 0) throw new InstallerError('INTERNAL', { params: { missing: missing.join(', ') } });
    const failure = preflightError(findings);
    if (failure !== undefined) throw failure;
  },
};
