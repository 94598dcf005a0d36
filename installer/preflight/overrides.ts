import { InstallerError } from '../base/errors.ts';
import type { Finding, FindingCode } from '../contract/findings.ts';

/**
 * What an officer may decide to go on without. Never what the installation itself stands on: the engine, free ports,
 * rights, and room for what is going to be written (of DISK_SPACE only the tier's recommendation can be overridden).
 */
export const overridableCodes = [
  'CPU_CORES',
  'RAM_TOTAL',
  'DISK_SPACE',
  'GPU_PRESENT',
  'GPU_VRAM',
  'GPU_UNREADABLE',
  'MODEL_FIT',
  'CLOCK',
] as const satisfies readonly FindingCode[];

/** An officer's decision; `by` names them in the report. */
export interface OverrideDecision {
  code: FindingCode;
  justification: string;
  by: string;
}

export function isOverridable(finding: Pick<Finding, 'code' | 'subject'>): boolean {
  return isOverridableCode(finding.code) && (finding.code !== 'DISK_SPACE' || finding.subject === 'tier');
}

function isOverridableCode(code: FindingCode): boolean {
  return overridableCodes.some((each) => each === code);
}

/**
 * Turns overridden failures into warnings that name who decided it and why. USAGE for a code that nobody may override and
 * for a decision without a reason.
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
    const { by: overriddenBy, justification } = decision;
    return { ...finding, status: 'warn', params: { ...finding.params, overriddenBy, justification } };
  });
}

function unusable(code: FindingCode, what: string): InstallerError {
  return new InstallerError('USAGE', { params: { what, code }, expected: overridableCodes.join(', '), found: code });
}
