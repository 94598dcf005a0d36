import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { removeCgroup } from './cgroup.ts';
import { withLock } from './lock.ts';
import { deleteNetns } from './netns.ts';
import { type Log, runtimeRoot } from './paths.ts';
import { isAlive } from './processes.ts';
import { listRuns, type RunRecord } from './run-record.ts';

/**
 * Ends and removes everything that a run left: processes, mounts (they live in a mount namespace that ends with the
 * processes), control groups, network namespaces, directories. Safe to repeat.
 */
export async function cleanUp(run: RunRecord): Promise<void> {
  for (const cgroup of run.cgroups) await removeCgroup(cgroup);
  for (const name of run.netns) await deleteNetns(name);
  for (const dir of run.dirs) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  await rm(run.runtimeDir, { recursive: true, force: true });
}

/** Cleans up after runs whose owner ended without doing so. Runs that were asked to stay are left alone. */
export async function cleanUpStaleRuns(log: Log): Promise<void> {
  await withLock(`${runtimeRoot}.lock`, async () => {
    for (const run of await listRuns()) {
      if (run.keep || isAlive(run.owner)) continue;
      log(`cleaning up after run ${run.id}, whose process ${run.owner.pid} ended without it`);
      await cleanUp(run);
    }
  });
}

/** Cleans up whatever this process has started and not ended, also what is only half made. */
export async function cleanUpOwnRuns(): Promise<void> {
  for (const run of await listRuns()) {
    if (run.owner.pid === process.pid && isAlive(run.owner) && !run.keep) await cleanUp(run);
  }
}

/** Cleans up the run that has this id, runtime directory or data directory. Throws where there is none. */
export async function cleanUpRun(which: string): Promise<void> {
  const path = resolve(which);
  const run = (await listRuns()).find(
    (candidate) => candidate.id === which || candidate.runtimeDir === path || candidate.dirs.includes(path),
  );
  if (!run) throw new Error(`no run is recorded for ${which}`);
  await cleanUp(run);
}

/**
 * Runs `work` once when this process is asked to end (Ctrl-C, SIGTERM, a closed terminal), then ends it by that
 * signal. Returns a function that takes the handlers away.
 */
export function onTermination(work: () => Promise<void>): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let begun = false;
  const handler = (name: NodeJS.Signals) => {
    if (begun) return;
    begun = true;
    work()
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        remove();
        process.kill(process.pid, name);
      });
  };
  const remove = () => {
    for (const name of signals) process.off(name, handler);
  };
  for (const name of signals) process.on(name, handler);
  return remove;
}

/** `node test/site/cleanup.ts ID|DIR|--stale`: what a person runs to end a site that was kept. */
if (import.meta.main) {
  const which = process.argv[2];
  if (!which) {
    for (const run of await listRuns()) console.log(run.id, isAlive(run.owner) ? 'running' : 'left', ...run.dirs);
  } else if (which === '--stale') await cleanUpStaleRuns(console.error);
  else await cleanUpRun(which);
}
