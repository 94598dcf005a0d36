import { asInstallerError } from '../base/errors.ts';
import type { AnswerValue } from '../config/input-types.ts';
import type { HardwareFacts } from '../contract/facts.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { carriedFiles } from '../files/place-files-step.ts';
import { planFit } from '../model/fit.ts';
import type { GgufHeader } from '../model/gguf/types.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import type { RegistrySettings } from '../registry/registry-container.ts';
import { registryRole } from '../registry/registry-labels.ts';
import { hasSettings } from '../registry/run-registry.ts';
import type { Installation } from './installation.ts';
import type { EnginePorts } from './ports.ts';
import { sitePaths } from './site-paths.ts';

/** Left to the rest of the machine when the model is planned: the other services' limits and the system itself. */
const reservedRamShare = 0.35;
/** Rendered files, journal, reports. */
const releaseBytes = 64 * 1024 * 1024;

/**
 * How the model runs here. Planned from what the machine has, not from what is free at this moment: the same machine must give
 * the same plan when the installer runs again beside the product it installed.
 */
export function fitModel(header: GgufHeader, facts: HardwareFacts) {
  const total = Math.min(facts.memory.totalBytes, facts.memory.cgroupLimitBytes ?? facts.memory.totalBytes);
  const ramAvailableBytes = Math.floor(total * (1 - reservedRamShare));
  const cores = Math.max(1, Math.min(facts.cpu.physicalCores, Math.floor(facts.cpu.usableCores)));
  const gpus = facts.gpus.map(({ vramBytes }) => ({ vramFreeBytes: vramBytes }));
  return { ...planFit({ header, ramAvailableBytes, gpus, cores }), ramAvailableBytes };
}

/** What is still to be written where. Images lie in the registry as they are and in the engine unpacked. */
export function diskNeeds(bundle: VerifiedBundle, paths: ReturnType<typeof sitePaths>, alreadyInstalled: boolean) {
  const { images, files, assumed = [] } = bundle.manifest;
  const there = new Set(assumed.map(({ path }) => path));
  const models = bundle.manifest.models.filter(({ path }) => !there.has(path));
  // of a delta bundle only what it carries is added to the registry
  const blobs = assumed.length === 0 ? images : files.filter(({ path }) => path.startsWith('blobs/'));
  const sum = (sizes: readonly number[]) => (alreadyInstalled ? 0 : sizes.reduce((total, size) => total + size, 0));
  return [
    { purpose: 'registry', path: paths.registry, bytes: sum(blobs.map(({ size }) => size)) },
    // the engine keeps what it pulls compressed until it is unpacked
    {
      purpose: 'images',
      path: null,
      bytes: sum(images.map(({ size, unpackedSize }) => (unpackedSize ?? size * 3) + size)),
    },
    { purpose: 'model', path: paths.models, bytes: sum(models.map(({ size }) => size)) },
    {
      purpose: 'release',
      path: paths.releases,
      bytes: sum([releaseBytes, ...carriedFiles(bundle.manifest).map(({ size }) => size)]),
    },
  ];
}

/** How the site's registry is run; its container is known again by these settings, recorded installation or not. */
export function registrySettings(dataDir: string, product: Pick<ProductDefinition, 'registry'>): RegistrySettings {
  return {
    registryDir: sitePaths(dataDir).registry,
    port: product.registry.port,
    labels: { 'io.airgap-installer.data-dir': dataDir },
  };
}

/** The ports that the product and the registry will listen on, and which of them are ours already. */
export async function usedPorts(
  ports: EnginePorts,
  product: ProductDefinition,
  answers: Readonly<Record<string, AnswerValue>>,
  recorded: Installation | undefined,
) {
  const running = await servicesHere(ports, product, recorded);
  const address = String(answers.bind_address ?? '127.0.0.1');
  const services = publishedPorts(product, answers).map(({ service, port }) => ({
    ...{ service, port, address },
    ownedByUs:
      running.has(service) &&
      recorded?.ports.some((known) => known.service === service && known.port === port) === true,
  }));
  const registry = { service: registryService, port: product.registry.port, address: '127.0.0.1' };
  return [{ ...registry, ownedByUs: running.has(registryService) }, ...services];
}

export const registryService = 'registry';

/** Service and TCP port, as answered. */
export function publishedPorts(product: ProductDefinition, answers: Readonly<Record<string, AnswerValue>>) {
  return product.ports
    .filter(({ protocol }) => protocol === 'tcp')
    .map(({ input, service }) => ({ service, port: Number(answers[input]) }));
}

const unreachable: ReadonlySet<string> = new Set(['ENGINE_UNREACHABLE', 'COMPOSE_MISSING']);

/**
 * Services that hold their ports now; none when the engine does not answer, which readiness says itself. An install that was
 * cut off early has a registry but no record yet.
 */
async function servicesHere(
  { containers, runtime, dataDir }: EnginePorts,
  product: ProductDefinition,
  recorded: Installation | undefined,
): Promise<Set<string>> {
  const here = new Set<string>();
  const settings = registrySettings(dataDir, product);
  try {
    for (const container of await containers.listContainers(registryRole)) {
      if (container.running && hasSettings(container, settings)) here.add(registryService);
    }
    for (const { service, state } of recorded === undefined ? [] : await runtime.list(recorded.files)) {
      if (state !== 'exited' && state !== 'removed') here.add(service);
    }
  } catch (error) {
    if (!unreachable.has(asInstallerError(error).code)) throw error;
  }
  return here;
}
