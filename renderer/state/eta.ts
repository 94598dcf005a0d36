/** Growth of the estimate that is worth a word, milliseconds. */
const tolerance = 30_000;

/** Before this much is done, what was measured says little about what comes: no promise is made yet. */
export const promisedFrom = 0.25;

/**
 * The time to go as shown: it only ever gets shorter. An estimate that grows beyond what was promised keeps the promise on
 * screen and says that it is late.
 */
export function nextEta(shown: number | null, estimate: number | null): { etaMs: number | null; late: boolean } {
  if (estimate === null) return { etaMs: shown, late: false };
  if (shown === null || estimate <= shown) return { etaMs: estimate, late: false };
  return { etaMs: shown, late: estimate > shown + tolerance };
}
