import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa, type Options, type ResultPromise } from 'execa';
import { cleanUp, cleanUpStaleRuns } from './cleanup.ts';
import { ensureHostPackages } from './host-packages.ts';
import { assertIsolated, type IsolationEvidence } from './isolation.ts';
import { createIsolatedNetns, type Netns } from './netns.ts';
import type { Log } from './paths.ts';
import { openRun, saveRun } from './run-record.ts';
import { singleFlight } from './single-flight.ts';
import { type EngineVariant, type RunningEngine, startEngine } from './start-engine.ts';

/** A machine without a network, as far as the programs that run in it can tell. */
export interface Site {
  id: string;
  netns: Netns;
  engine: RunningEngine;
  /** PATH with the private docker CLI and Compose first, DOCKER_HOST, DOCKER_CONFIG. */
  env: Record<string, string>;
  /** An empty directory for what is installed; removed with the site. */
  dataDir: string;
  /** Starts a program inside. The process is the program itself: signals and exit code are its own. */
  exec<O extends Options>(argv: readonly string[], options?: O): ResultPromise<O>;
  /** Throws if anything leads out; returns the evidence. */
  assertIsolated(): Promise<IsolationEvidence>;
  /** Leave the site up when this process ends; `cleanup.ts ID` ends it. */
  keep(): Promise<void>;
  /** Removes all of it. Safe to repeat. */
  destroy(): Promise<void>;
}

/**
 * Makes an isolated site in `dir` (a new or empty directory, not on overlayfs): a network namespace with loopback
 * only, and in it a Docker Engine with the docker CLI and Compose on PATH. Needs root.
 */
export async function createSite({
  dir,
  log,
  variant = {},
}: {
  dir: string;
  log: Log;
  variant?: EngineVariant;
}): Promise<Site> {
  await ensureHostPackages(log);
  await cleanUpStaleRuns(log);
  const run = await openRun();
  const name = `airgap-site-${run.id}`;
  run.netns.push(name);
  run.dirs.push(dir);
  await saveRun(run);
  const dataDir = join(dir, 'state');
  await mkdir(dataDir, { recursive: true });
  try {
    const netns = await createIsolatedNetns(name);
    const engine = await startEngine({ dir: join(dir, 'engine'), netns, run, log, variant });
    return {
      id: run.id,
      netns,
      engine,
      env: engine.env,
      dataDir,
      exec: <O extends Options>(argv: readonly string[], options?: O) => {
        const [command, ...args] = netns.enter(argv);
        const env = { ...engine.env, ...options?.env };
        return execa(command, args, { ...options, env } as O & { env: typeof env }) as unknown as ResultPromise<O>;
      },
      assertIsolated: () => assertIsolated(netns),
      async keep() {
        run.keep = true;
        await saveRun(run);
      },
      destroy: singleFlight(engine.stop),
    };
  } catch (error) {
    await cleanUp(run);
    throw error;
  }
}
