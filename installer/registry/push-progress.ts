/** Adds up bytes of many transfers into one number that never goes down, also when one of them starts again. */
export function transferProgress(
  total: number,
  report: (done: number, total: number, what: string) => void,
): { at(key: string, bytes: number, what: string): void } {
  const transferred = new Map<string, number>();
  let sum = 0;
  let highest = 0;
  return {
    at(key, bytes, what) {
      sum += bytes - (transferred.get(key) ?? 0);
      transferred.set(key, bytes);
      highest = Math.max(highest, Math.min(sum, total));
      report(highest, total, what);
    },
  };
}
