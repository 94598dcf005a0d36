import type { ServiceState } from '../contract/events.ts';
import type { ExecResult } from './containers.ts';

/** A rendered stack on disk. */
export interface StackFiles {
  project: string;
  /** The installation's id (`Journal.siteId`): what bears it as a label is ours, whatever else has our names. */
  site: string;
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

/** A container, network or volume of the engine, whoever made it. */
export interface EngineObject {
  kind: 'container' | 'network' | 'volume';
  /** The engine's own; of a volume its name. */
  id: string;
  name: string;
  /** The id of the installation that made it, or null for what no installation made. */
  site: string | null;
  /** Of a stack: its project and, of a container, its service; null for everything else. */
  project: string | null;
  service: string | null;
  /** A network's IPv4 and IPv6 subnets in CIDR notation. */
  subnets: readonly string[];
}

/** A proxy from the time before the isolation. */
export interface ProxySetting {
  source: 'file' | 'environment' | 'engine';
  /** The file, the variable, or the engine's setting. */
  name: string;
  /** Host and port, never the credentials. */
  proxy: string;
}

/** The names that a stack gives to what it makes. */
export interface StackNames {
  project: string;
  containers: readonly string[];
  networks: readonly string[];
  volumes: readonly string[];
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
  /** The names of all that the files define; STACK_UP when they are not valid. */
  names(files: StackFiles, signal?: AbortSignal): Promise<StackNames>;
  /**
   * Creates and starts what is not there or changed; never pulls, never builds. Takes away containers of this installation
   * that the files do not define any more, and nobody else's. NAME_TAKEN, before anything is changed, when something that
   * this installation did not make bears one of the stack's names.
   */
  up(files: StackFiles, signal?: AbortSignal): Promise<void>;
  /** State of every container of the stack that this installation made, one-off ones left out. */
  list(stack: Pick<StackFiles, 'project' | 'site'>, signal?: AbortSignal): Promise<ServiceInfo[]>;
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
  /** What names a proxy here. None of it reaches a container that this runtime makes. */
  proxies(): Promise<ProxySetting[]>;
  /** All containers, networks and volumes of the engine, whoever made them. */
  inventory(signal?: AbortSignal): Promise<EngineObject[]>;
  /** What the installation of this id made, by its label; needs no stack files. The registry's container is among it. */
  owned(site: string, signal?: AbortSignal): Promise<EngineObject[]>;
  /**
   * Removes these of the things that `owned` lists at this moment; what does not bear the label any more, or never did, is
   * left alone. Containers are stopped first, those that depend on others before these; networks and volumes follow.
   * `anonymousVolumes`: with the containers go the volumes that have no name. ENGINE_REFUSED for what is still in use.
   */
  removeOwned(
    site: string,
    objects: readonly EngineObject[],
    options: { anonymousVolumes: boolean; signal?: AbortSignal | undefined },
  ): Promise<void>;
}
