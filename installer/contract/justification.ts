/** Characters of the reason for going on in spite of a finding. */
export const shortestJustification = 10;
export const longestJustification = 500;

/**
 * Two words and five different letters: `xxxxxxxxxx` is no reason. Whether it is a good one, the reader of the report decides.
 */
export function saysSomething(reason: string): boolean {
  const letters = new Set(reason.toLowerCase().match(/\p{L}/gu) ?? []);
  return letters.size >= 5 && reason.trim().split(/\s+/u).length >= 2;
}
