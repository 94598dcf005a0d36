import type { Readable } from 'node:stream';

export interface EngineVersion {
  /** Docker Engine's version, for example `26.1.5+dfsg1`. */
  engine: string;
  api: string;
  /** Where the engine keeps volumes, and with its own store images (its data root). */
  dataRoot: string;
  /** The proxy that the engine itself uses to fetch images, without credentials; not there: none. */
  proxy?: string | undefined;
  /** Where images are unpacked and containers write: the data root, or containerd's root with containerd's image store. */
  imageRoot: string;
  idOffset: IdOffset;
}

/**
 * What the engine adds to the user and group ids of containers to get those of this machine: zero without `userns-remap`.
 * https://docs.docker.com/engine/security/userns-remap/
 */
export interface IdOffset {
  uid: number;
  gid: number;
}

export interface PublishedPort {
  container: number;
  hostAddress: string;
  hostPort: number;
}

export interface ContainerSpec {
  name: string;
  /** Image reference or `sha256:<image id>`. */
  image: string;
  command?: readonly string[];
  env?: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  binds: readonly { source: string; target: string; readOnly: boolean }[];
  tmpfs?: readonly string[];
  ports: readonly PublishedPort[];
  user?: string;
  readOnlyRoot: boolean;
  restart: 'no' | 'unless-stopped';
  memoryBytes?: number;
}

export interface ContainerState {
  id: string;
  name: string;
  /** The reference it was created from. */
  imageRef: string;
  imageId: string;
  running: boolean;
  status: string;
  health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  exitCode: number | null;
  labels: Readonly<Record<string, string>>;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Docker Engine's API as far as the installer needs it. Every call rejects with an InstallerError. */
export interface ContainerEngine {
  /** ENGINE_UNREACHABLE when nothing answers on the socket. */
  version(signal?: AbortSignal): Promise<EngineVersion>;
  /** `docker load` of a docker-archive stream; the engine checks each layer against the config's diff_ids. */
  loadImage(archive: Readable, signal?: AbortSignal): Promise<void>;
  /** True when the engine has an image under this reference or id. */
  hasImage(ref: string): Promise<boolean>;
  imageId(ref: string): Promise<string | undefined>;
  /** Pulls by reference; progress in bytes over all layers as the engine tells them. IMAGE_PULL on failure. */
  pullImage(
    ref: string,
    options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
  ): Promise<void>;
  removeImage(ref: string): Promise<void>;
  listContainers(labels: Readonly<Record<string, string>>): Promise<ContainerState[]>;
  inspectContainer(nameOrId: string): Promise<ContainerState | undefined>;
  startContainer(spec: ContainerSpec, signal?: AbortSignal): Promise<ContainerState>;
  /** Stops gracefully, then by force after `graceMs`; a missing container is no error. */
  removeContainer(nameOrId: string, options: { graceMs: number; volumes: boolean }): Promise<void>;
  /** Runs argv inside a running container; `stdin` is written and closed. Output is bounded to `maxBytes` (1 MiB). */
  exec(
    nameOrId: string,
    argv: readonly string[],
    options: { stdin?: string; env?: Readonly<Record<string, string>>; timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecResult>;
  /** The last lines of a container's output, both streams, bounded. */
  logs(nameOrId: string, options: { lines: number }): Promise<string>;
}
