import { type Finding, type FindingStatus, findingCodes, findingStatus } from '../contract/findings.ts';

const worse = [...findingStatus.options].reverse();

/** The gravest state among the findings. */
export function worstStatus(findings: readonly Finding[]): FindingStatus {
  return worse.find((each) => findings.some(({ status }) => status === each)) ?? 'pass';
}

/** Failures, then accepted failures, then warnings, then passes; within these in the contract's order of codes, then as they came. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (one, other) =>
      worse.indexOf(one.status) - worse.indexOf(other.status) ||
      findingCodes.indexOf(one.code) - findingCodes.indexOf(other.code),
  );
}
