import type { NotRun } from './needs.ts';

/** What a group of tests came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, in words for the end of the output. */
  failures: readonly string[];
}

/**
 * The end of `npm test`: what failed, which suites could not run here and why, and one line with the counts. A suite that did not run counts as
 * skipped and never as passed. On a machine that decides (`CI`) that is a failure; a person is told and has the rest.
 */
export function closing(
  counts: readonly Counts[],
  notRun: readonly NotRun[],
  env: NodeJS.ProcessEnv,
): { lines: string[]; exitCode: 0 | 1 } {
  const sum = (key: 'passed' | 'failed' | 'skipped') => counts.reduce((total, count) => total + count[key], 0);
  const failures = counts.flatMap((count) => count.failures);
  const lines: string[] = [];
  if (failures.length > 0) lines.push(`\n== what failed\n\n${failures.join('\n\n')}`);
  if (notRun.length > 0) {
    const list = notRun.map(({ what, suites, why }) => `${what}${suites === 1 ? '' : ` (${suites} suites)`}: ${why}`);
    lines.push(`\n== what could not run here\n\n${list.join('\n')}`);
  }
  const decides = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  if (notRun.length > 0 && decides) lines.push('\nCI is set: suites that could not run make this a failure');
  const skipped = sum('skipped') + notRun.reduce((total, { suites }) => total + suites, 0);
  lines.push(`\n${sum('passed')} passed, ${sum('failed')} failed, ${skipped} skipped`);
  return { lines, exitCode: sum('failed') > 0 || (decides && notRun.length > 0) ? 1 : 0 };
}
