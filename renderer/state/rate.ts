/** Weight of the newest measurement in the moving average. */
const smoothing = 0.3;
/** Nearer measurements than this are mostly noise. */
const shortestMs = 200;

/** Bytes per second of the step at work; null while nothing was measured or the step counts something else. */
export interface RateMeter {
  bytesPerSecond: number | null;
  step: string | null;
  at: number;
  done: number;
}

export function measureRate(
  before: RateMeter,
  now: { step: string; at: number; done: number; bytes: boolean },
): RateMeter {
  const { step, at, done } = now;
  if (before.step !== step || !now.bytes) return { bytesPerSecond: null, step, at, done };
  const ms = at - before.at;
  if (ms < shortestMs) return before;
  const measured = Math.max(0, ((done - before.done) / ms) * 1000);
  const { bytesPerSecond } = before;
  return {
    bytesPerSecond: bytesPerSecond === null ? measured : bytesPerSecond + smoothing * (measured - bytesPerSecond),
    step,
    at,
    done,
  };
}
