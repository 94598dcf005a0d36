import type { ServiceState } from '../contract/events.ts';
import type { ExecResult } from './containers.ts';

/** A rendered stack on disk. */
export interface StackFiles {
  project: string;
  /** The release folder; the paths below and relative paths in the compose files start here. */
  dir: string;
  composeFiles: readonly string[];
  envFile: string;
}

export interface ServiceInfo {
  service: string;
  container: string;
  imageRef: string;
  imageId: string;
  state: ServiceState['state'];
  detail: string;
  exitCode: number | null;
  /** False: the service defines no health check, running is all that can be said. */
  hasHealthcheck: boolean;
  /** How often the engine has started it again after it died. */
  restarts: number;
}

/**
 * What runs the stack: Docker Compose now, Kubernetes later. Nothing outside stack/ and the adapter knows which.
 * Secrets reach it through the env file only, never on a command line.
 */
export interface StackRuntime {
  /** The runtime's version (Compose's), undefined when it is not there; COMPOSE_MISSING when it is and cannot be started. */
  version(signal?: AbortSignal): Promise<string | undefined>;
  /** Service name → image reference, all profiles; STACK_UP when the files are not valid. */
  images(files: StackFiles, signal?: AbortSignal): Promise<Record<string, string>>;
  /** Services that `up` starts (no profile). */
  services(files: StackFiles, signal?: AbortSignal): Promise<string[]>;
  /** Creates and starts what is not there or changed; never pulls, never builds. */
  up(files: StackFiles, signal?: AbortSignal): Promise<void>;
  /** State of every container of the project. */
  list(project: string, signal?: AbortSignal): Promise<ServiceInfo[]>;
  /** True when every service's container is there with the configuration of these files. */
  isCurrent(files: StackFiles, signal?: AbortSignal): Promise<boolean>;
  exec(
    files: StackFiles,
    service: string,
    argv: readonly string[],
    options: { stdin?: string; timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecResult>;
  runOneOff(
    files: StackFiles,
    service: string,
    argv: readonly string[],
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecResult>;
  logs(files: StackFiles, service: string, lines: number): Promise<string>;
  /** Removes containers and networks; `volumes` also the data. */
  down(files: StackFiles, options: { volumes: boolean; signal?: AbortSignal }): Promise<void>;
}
