import { join, resolve } from 'node:path';
import { createComposeRuntime } from '../adapters/compose/compose-runtime.ts';
import { createContainerEngine } from '../adapters/docker/container-engine.ts';
import { createHardware } from '../adapters/hardware/create-hardware.ts';
import { openJournal, readJournal } from '../adapters/journal/open-journal.ts';
import { createLlamaRuntime } from '../adapters/llama/create-llama-runtime.ts';
import { createMediaScan } from '../adapters/media-scan/create-media-scan.ts';
import { trustedPath } from '../base/trusted-path.ts';
import type { EngineContext } from './context.ts';
import { DraftStore } from './draft-store.ts';
import type { EnginePorts } from './ports.ts';
import { router } from './router.ts';
import { Runs } from './runs.ts';
import { soleSession } from './session.ts';
import { sitePaths } from './site-paths.ts';

export interface Engine {
  router: typeof router;
  context: EngineContext;
}

/** The engine on the real adapters. Nothing is opened or contacted before it is asked for something. */
export function createEngine(options: { dataDir: string; mediaDirs?: readonly string[] }): Engine {
  // for this process and all that it starts, systeminformation's lscpu and dmidecode included
  process.env.PATH = trustedPath(process.env.PATH ?? '');
  // One spelling: paths with it stand in labels and Compose files, and a trailing slash would look like a change.
  const dataDir = resolve(options.dataDir);
  const ports: EnginePorts = {
    dataDir,
    shippedProducts: join(import.meta.dirname, '../../bundles/products'),
    containers: createContainerEngine(),
    runtime: createComposeRuntime(),
    hardware: createHardware(),
    llm: createLlamaRuntime(),
    mediaScan: createMediaScan({ extraDirs: options.mediaDirs ?? [] }),
    openJournal: () => openJournal(dataDir),
    readJournal: () => readJournal(dataDir),
  };
  const draft = new DraftStore(sitePaths(dataDir).wizard);
  return { router, context: { ports, runs: new Runs(ports), draft, session: soleSession() } };
}
