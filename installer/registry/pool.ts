/**
 * Runs `work` over the items, at most `limit` at a time. The first failure stops the others (through the signal they are
 * given) and is thrown once all have ended, so that nothing runs on behind the caller's back.
 */
export async function eachConcurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const queue = items.values();
  let first: { error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      if (first !== undefined) return;
      try {
        await work(item, either);
      } catch (error) {
        first ??= { error };
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (first !== undefined) throw first.error;
}
