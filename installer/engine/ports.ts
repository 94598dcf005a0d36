import type { ContainerEngine } from '../ports/containers.ts';
import type { Hardware } from '../ports/hardware.ts';
import type { Journal } from '../ports/journal.ts';
import type { LlmRuntime } from '../ports/llm.ts';
import type { MediaScan } from '../ports/media-scan.ts';
import type { StackRuntime } from '../ports/runtime.ts';

/** Everything outside this process that the engine talks to, and where it keeps its state. */
export interface EnginePorts {
  dataDir: string;
  /** Folder whose folders each hold the product.yaml of a product that the installer comes with. */
  shippedProducts: string;
  containers: ContainerEngine;
  runtime: StackRuntime;
  hardware: Hardware;
  llm: LlmRuntime;
  mediaScan: MediaScan;
  /** Takes the data directory for this process: DATA_DIR_BUSY when another has it. */
  openJournal(): Journal;
  /** For looking only; undefined before the first run. */
  readJournal(): Journal | undefined;
}
