/** One number of a benchmark and what it may be at most. */
export interface Measurement {
  what: string;
  unit: 'ms' | 'KB' | 'KiB' | 'per second' | 'count';
  measured: number;
  /** The largest that is still good. */
  budget: number;
  /** How it came about: the single values, for example. */
  detail: string;
}

export interface Benchmark {
  name: string;
  /** One line for `--list`. */
  about: string;
  run(log: (line: string) => void): Promise<Measurement[]>;
}

/** The middle value; of an even number of them the mean of the two in the middle. Throws without any. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error('no values');
  return (upper + lower) / 2;
}

/** Growth per unit of x, by least squares: single values jump by what the last collection left. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (variance === 0) throw new Error('a slope needs two different x');
  return covariance / variance;
}

/** The most of these moments (ms) that lie within one second, both ends included but one. */
export function busiestSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, moment] of sorted.entries()) {
    while (moment - (sorted[first] ?? moment) >= 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

export const isKept = ({ measured, budget }: Measurement): boolean => measured <= budget;

export const listed = (values: readonly number[]): string => values.map((value) => Math.round(value)).join(', ');
