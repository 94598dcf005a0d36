import { InstallerError } from '../base/errors.ts';
import type { Finding, FindingCode } from '../contract/findings.ts';
import { isOverridable, isOverridableCode, overridableCodes } from '../contract/overridable.ts';

/** An officer's decision; `by` names them in the report. */
export interface OverrideDecision {
  code: FindingCode;
  justification: string;
  by: string;
  /** The findings that were seen when it was decided; left out: a script's, which covers whatever its code finds. */
  seen?: readonly Pick<Finding, 'subject' | 'expected' | 'found'>[] | undefined;
}

/**
 * Marks overridden failures as accepted, naming who answers for it and why: a failure stays one, whoever decides to go on. USAGE
 * for a code that nobody may override and for a decision without a reason.
 */
export function applyOverrides(findings: readonly Finding[], overrides: readonly OverrideDecision[]): Finding[] {
  const decisions = new Map<FindingCode, OverrideDecision>();
  for (const decision of overrides) {
    if (!isOverridableCode(decision.code)) throw unusable(decision.code, `${decision.code} cannot be overridden`);
    if (decision.justification.trim() === '') throw unusable(decision.code, `no justification for ${decision.code}`);
    decisions.set(decision.code, decision);
  }
  return findings.map((finding) => {
    const decision = decisions.get(finding.code);
    if (finding.status !== 'fail' || decision === undefined || !isOverridable(finding)) return finding;
    if (!covers(decision, finding)) return finding;
    const { by: overriddenBy, justification } = decision;
    return { ...finding, status: 'accepted', params: { ...finding.params, overriddenBy, justification } };
  });
}

/** Who accepted 12 GiB of memory has not accepted 2, nor the next graphics card. All that is measured in numbers is too little. */
function covers({ seen }: OverrideDecision, { subject, expected, found }: Finding): boolean {
  if (seen === undefined) return true;
  return seen.some((known) => {
    if (known.subject !== subject || known.expected !== expected) return false;
    return typeof known.found === 'number' && typeof found === 'number' ? found >= known.found : found === known.found;
  });
}

function unusable(code: FindingCode, what: string): InstallerError {
  return new InstallerError('USAGE', { params: { what, code }, expected: overridableCodes.join(', '), found: code });
}
