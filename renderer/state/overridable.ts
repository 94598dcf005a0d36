import type { Finding } from '../../installer/contract/findings.ts';
import { isOverridable } from '../../installer/contract/overridable.ts';

export const shortestJustification = 10;
export const longestJustification = 500;

/** Only what blocks needs a decision. */
export function needsOverride(finding: Finding): boolean {
  return finding.status === 'fail' && isOverridable(finding);
}
