import type { Finding } from '../../installer/contract/findings.ts';
import { longestJustification, saysSomething, shortestJustification } from '../../installer/contract/justification.ts';
import { isOverridable } from '../../installer/contract/overridable.ts';

/** Only what blocks needs a decision. */
export function needsOverride(finding: Finding): boolean {
  return finding.status === 'fail' && isOverridable(finding);
}

/** What keeps a reason from being one, and how many characters are missing or too many; null: nothing does. */
export function reasonProblem(reason: string): { kind: 'short' | 'long' | 'empty'; count: number } | null {
  const missing = shortestJustification - reason.length;
  if (missing > 0) return { kind: 'short', count: missing };
  if (reason.length > longestJustification) return { kind: 'long', count: reason.length - longestJustification };
  return saysSomething(reason) ? null : { kind: 'empty', count: 0 };
}
