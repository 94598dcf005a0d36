import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { createCgroup } from './cgroup.ts';
import { cleanUp, cleanUpStaleRuns } from './cleanup.ts';
import { type EngineChoice, type EngineTools, ensureEngine, usualEngine } from './engine.ts';
import type { Netns } from './netns.ts';
import type { Log } from './paths.ts';
import { isAlive, processRef, signal } from './processes.ts';
import { openRun, type RunRecord, saveRun } from './run-record.ts';
import { waitFor } from './wait-for.ts';

export interface RunningEngine {
  socketPath: string;
  /** DOCKER_HOST for that socket. */
  dockerHost: string;
  /** dockerd's process number. */
  pid: number;
  /** Environment for the docker CLI: PATH, DOCKER_CONFIG, DOCKER_HOST. */
  env: Record<string, string>;
  tools: EngineTools;
  /** Where dockerd writes its log. */
  logFile: string;
  /** Ends the engine and all its containers and removes what it made; `dir` too, unless `keepData`. Safe to repeat. */
  stop(): Promise<void>;
}

/** How an engine differs from the usual one. */
export interface EngineVariant {
  choice?: EngineChoice;
  /** Content of daemon.json; nothing of the machine's own is ever read. */
  config?: Readonly<Record<string, unknown>>;
  /** Images and containers in a containerd of its own, on its usual socket, with this folder as its root. */
  containerdRoot?: string;
}

export interface StartEngineOptions {
  /** The engine's data root is made in it; must not lie on overlayfs. Removed at the end unless `keepData`. */
  dir: string;
  /** With one, the engine makes bridges and rules inside it; without one it leaves the machine's network alone and
   *  its containers have host networking or none. */
  netns?: Netns;
  /** Keep `dir` (images, build cache) when the engine stops. */
  keepData?: boolean;
  /** Part of a larger run, which its owner cleans up. */
  run?: RunRecord;
  variant?: EngineVariant;
  log: Log;
}

/**
 * Starts a Docker Engine of our own: its own data root, exec root, socket, configuration and containerd. Any other
 * engine on the machine stays as it is. Cleans up first after runs that crashed. Needs root.
 */
export async function startEngine(options: StartEngineOptions): Promise<RunningEngine> {
  const { dir, netns, log, variant = {} } = options;
  const tools = await ensureEngine(log, variant.choice ?? usualEngine);
  await cleanUpStaleRuns(log);
  const run = options.run ?? (await openRun());
  const cgroup = `airgap-site-${run.id}`;
  run.cgroups.push(cgroup);
  if (!options.keepData) run.dirs.push(dir);
  await saveRun(run);

  const socketPath = join(run.runtimeDir, 'docker.sock');
  const configFile = join(run.runtimeDir, 'daemon.json');
  const logFile = join(dir, 'dockerd.log');
  await mkdir(dir, { recursive: true });
  // Written even when empty, or dockerd would read the machine's /etc/docker/daemon.json.
  await writeFile(configFile, `${JSON.stringify(variant.config ?? {})}\n`);
  const containerd = variant.containerdRoot === undefined ? undefined : join(run.runtimeDir, 'containerd.toml');
  if (containerd !== undefined) await writeFile(containerd, containerdConfig(variant.containerdRoot ?? ''));
  const { procsFile } = await createCgroup(cgroup);
  const dockerd = [
    ...['unshare', '--mount', '--propagation', 'slave'],
    ...[join(import.meta.dirname, 'launch-engine.sh'), procsFile],
    ...[join(tools.binDir, 'dockerd'), `--config-file=${configFile}`, `--host=unix://${socketPath}`],
    ...[`--data-root=${join(dir, 'data')}`, `--exec-root=${join(run.runtimeDir, 'exec')}`],
    ...[`--pidfile=${join(run.runtimeDir, 'docker.pid')}`, '--shutdown-timeout=5'],
    ...(usesContainerdStore(variant) ? [] : ['--storage-driver=overlay2']),
    ...(containerd === undefined ? [] : [`--containerd=${containerdSocket}`]),
    ...[`--cgroup-parent=/${cgroup}`, '--exec-opt=native.cgroupdriver=cgroupfs'],
    ...[`--userland-proxy-path=${join(tools.binDir, 'docker-proxy')}`],
    ...(netns ? [] : ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false']),
  ] as const;
  const [command, ...args] = netns ? netns.enter(dockerd) : dockerd;

  const output = await open(logFile, 'a');
  const child = spawn(command as string, args, {
    stdio: ['ignore', output.fd, output.fd],
    env: {
      PATH: tools.env.PATH,
      HOME: run.runtimeDir,
      ...(containerd === undefined ? {} : { AIRGAP_CONTAINERD: containerd }),
    },
    detached: true, // Ctrl-C is for us; the engine ends when we say so
  });
  await once(child, 'spawn');
  child.unref();
  await output.close();
  const pid = child.pid ?? 0;
  const self = processRef(pid);

  const stop = async () => {
    if (self && isAlive(self)) {
      signal(pid, 'SIGTERM');
      await waitFor(() => !isAlive(self), 15_000);
    }
    await cleanUp(run);
  };
  const up = await waitFor(
    async () => (self && !isAlive(self) ? 'ended' : await answers(socketPath)) !== false,
    60_000,
  );
  if (!up || !(await answers(socketPath))) {
    const tail = (await readFile(logFile, 'utf8')).split('\n').slice(-15).join('\n');
    await stop();
    throw new Error(`Docker Engine did not start:\n${tail}`);
  }
  const dockerHost = `unix://${socketPath}`;
  return { socketPath, dockerHost, pid, env: { ...tools.env, DOCKER_HOST: dockerHost }, tools, logFile, stop };
}

/** In a folder that each engine has for itself (launch-engine.sh). */
const containerdSocket = '/run/containerd/containerd.sock';

/** https://github.com/containerd/containerd/blob/main/docs/man/containerd-config.toml.5.md; both versions 1.7 and 2.1 read it. */
function containerdConfig(root: string): string {
  return `version = 2\nroot = ${JSON.stringify(root)}\nstate = "/run/containerd"\n[grpc]\naddress = "${containerdSocket}"\n`;
}

/** The containerd store chooses its snapshotter itself; dockerd refuses a storage driver beside it. */
function usesContainerdStore({ config }: EngineVariant): boolean {
  const features = config?.features as Record<string, unknown> | undefined;
  return features?.['containerd-snapshotter'] === true;
}

/** GET /_ping. https://docs.docker.com/reference/api/engine/version/v1.45/#tag/System/operation/SystemPing */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false)); // not listening yet
  });
}
