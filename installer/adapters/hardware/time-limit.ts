/** Outcome of work that had only so much time. */
export type Limited<T> = { state: 'done'; value: T } | { state: 'timeout' };

/**
 * Waits for `work` at most `ms` milliseconds. The work itself is not ended (a process in uninterruptible sleep, a `statfs`
 * on a dead NFS server cannot be): its late outcome is dropped.
 */
export async function withinTime<T>(work: Promise<T>, ms: number): Promise<Limited<T>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Limited<T>>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'timeout' }), ms);
  });
  try {
    return await Promise.race([work.then((value): Limited<T> => ({ state: 'done', value })), limit]);
  } finally {
    clearTimeout(timer);
  }
}
