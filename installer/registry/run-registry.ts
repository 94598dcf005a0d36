import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import { nameTaken } from '../base/name-taken.ts';
import { giveFolder } from '../base/own-tree.ts';
import { siteLabel } from '../base/site-label.ts';
import type { ContainerEngine, ContainerState, IdOffset } from '../ports/containers.ts';
import { type RegistryClient, registryClient } from './client.ts';
import { type RegistrySettings, registryAddress, registryOwner, registrySpec } from './registry-container.ts';
import { registryContainer, registryRole, specLabel } from './registry-labels.ts';

/** How long a registry may take until it answers, in ms: its disk may be slow, its storage large. */
export const defaultReadyTimeoutMs = 120_000;
const pollMs = 100;
const stopGraceMs = 10_000;

/** The registry's container if this installation made it; NAME_TAKEN when somebody else's container has the name. */
export async function findRegistry(engine: ContainerEngine, site: string): Promise<ContainerState | undefined> {
  const found = await engine.inspectContainer(registryContainer);
  if (found === undefined) return undefined;
  const ours = Object.entries(ownRegistry(site)).every(([name, value]) => found.labels[name] === value);
  if (!ours) throw nameTaken([{ kind: 'container', name: registryContainer }]);
  return found;
}

/** The labels that only the registry of this installation has. */
export function ownRegistry(site: string): Readonly<Record<string, string>> {
  return { ...registryRole, [siteLabel]: site };
}

/** True when this container was made from these settings. */
export function hasSettings(container: ContainerState, settings: RegistrySettings): boolean {
  return container.labels[specLabel] === registrySpec(settings, '').labels[specLabel];
}

export async function registryAnswers(port: number, signal?: AbortSignal): Promise<boolean> {
  return withClient(port, (client) => client.answers(signal));
}

/** Starts the registry from an image that the engine has, in place of a former container of ours; waits until it answers. */
export async function runRegistry(
  engine: ContainerEngine,
  settings: RegistrySettings,
  image: string,
  options: { readyTimeoutMs?: number | undefined; signal: AbortSignal },
): Promise<void> {
  await prepareStorage(settings.registryDir, (await engine.version(options.signal)).idOffset);
  const former = await findRegistry(engine, settings.site);
  if (former !== undefined) await engine.removeContainer(former.id, { graceMs: stopGraceMs, volumes: true });
  try {
    await engine.startContainer(registrySpec(settings, image), options.signal);
  } catch (error) {
    throw startFailure(error, image);
  }
  await waitUntilItAnswers(engine, settings.port, options.readyTimeoutMs ?? defaultReadyTimeoutMs, options.signal);
}

/** By its labels: a stranger's container of that name stays. */
export async function removeRegistryContainer(engine: ContainerEngine, site: string): Promise<void> {
  for (const { id } of await engine.listContainers(ownRegistry(site))) {
    await engine.removeContainer(id, { graceMs: stopGraceMs, volumes: true });
  }
}

async function prepareStorage(dir: string, idOffset: IdOffset): Promise<void> {
  try {
    const owner = registryOwner();
    const shift = process.getuid?.() === 0 ? idOffset : { uid: 0, gid: 0 };
    const shifted = { uid: owner.uid + shift.uid, gid: owner.gid + shift.gid };
    await giveFolder(dirname(dir), basename(dir), { ...shifted, mode: 0o700 });
  } catch (error) {
    throw asInstallerError(error);
  }
}

async function waitUntilItAnswers(
  engine: ContainerEngine,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  await withClient(port, async (client) => {
    while (!(await client.answers(signal))) {
      const state = await engine.inspectContainer(registryContainer);
      if (state === undefined || !state.running || performance.now() - started > timeoutMs) {
        const log = await engine.logs(registryContainer, { lines: 20 });
        throw new InstallerError('REGISTRY_START', {
          params: { container: registryContainer, port },
          expected: `an answer at http://${registryAddress(port)}/v2/ within ${timeoutMs} ms`,
          found: state === undefined ? 'no container' : `${state.status}, exit code ${state.exitCode ?? '-'}`,
          cause: new Error(log),
        });
      }
      await sleep(pollMs);
    }
  });
}

async function withClient<T>(port: number, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const client = registryClient(registryAddress(port));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

function startFailure(error: unknown, image: string): InstallerError {
  const known = asInstallerError(error);
  if (known.code !== 'ENGINE_REFUSED') return known;
  return new InstallerError('REGISTRY_START', { params: { container: registryContainer, image }, cause: known });
}
