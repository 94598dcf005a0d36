/**
 * Makes repeated calls share the one that is under way, so that Ctrl-C and the ordinary end of a program do not clean up against
 * each other. A call after a failure tries again.
 */
export function singleFlight(work: () => Promise<void>): () => Promise<void> {
  let underway: Promise<void> | undefined;
  return () => {
    underway ??= work().catch((error: unknown) => {
      underway = undefined;
      throw error;
    });
    return underway;
  };
}
