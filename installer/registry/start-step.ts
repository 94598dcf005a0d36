import { InstallerError } from '../base/errors.ts';
import { isAbsent } from '../base/is-absent.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { Step } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { bootstrapReference, loadBootstrapImage } from './bootstrap-image.ts';
import { localReference, registryImage } from './bundle-images.ts';
import { type ImageTree, readImageTree } from './image-tree.ts';
import { type RegistrySettings, registryAddress } from './registry-container.ts';
import { registryContainer } from './registry-labels.ts';
import { findRegistry, hasSettings, registryAnswers, runRegistry } from './run-registry.ts';

export interface StartRegistryInput extends RegistrySettings {
  bundle: VerifiedBundle;
  engine: ContainerEngine;
  product: Pick<ProductDefinition, 'registry'>;
  readyTimeoutMs?: number;
}

export interface RegistryStarted {
  /** `127.0.0.1:PORT`. */
  address: string;
}

/**
 * The local registry runs, from the bundle's own image. Accepts the container both as this step starts it and as
 * `reseatRegistry` leaves it.
 */
export const startRegistry: Step<StartRegistryInput, RegistryStarted> = {
  id: 'startRegistry',
  weight: 3,
  unit: 'bytes',
  reversible: true,

  async check(input, { signal }) {
    const container = await findRegistry(input.engine, input.site);
    if (container === undefined || !container.running || !hasSettings(container, input)) return undefined;
    const tree = await registryTree(input);
    if (!tree.ids.has(container.imageId) || !(await registryAnswers(input.port, signal))) return undefined;
    return { address: registryAddress(input.port) };
  },

  async run(input, { signal, progress, making }) {
    const { engine, bundle } = input;
    const tree = await registryTree(input);
    if (await isAbsent(input.registryDir)) making({ kind: 'folder', name: input.registryDir });
    if ((await findRegistry(engine, input.site)) === undefined) making({ kind: 'container', name: registryContainer });
    const bootstrap = bootstrapReference(tree);
    if (!(await engine.hasImage(bootstrap))) making({ kind: 'image', name: bootstrap });
    const onProgress = (done: number, total: number) => progress(done, total, tree.name);
    const image =
      (await imageInEngine(input, tree)) ?? (await loadBootstrapImage(engine, bundle, tree, { signal, onProgress }));
    await runRegistry(engine, input, image, { readyTimeoutMs: input.readyTimeoutMs, signal });
    return { address: registryAddress(input.port) };
  },

  async verify(_output, input, context) {
    if ((await startRegistry.check(input, context)) !== undefined) return;
    if (await runsWhatWasLoaded(input, context.signal)) return;
    throw new InstallerError('REGISTRY_START', {
      params: { port: input.port },
      expected: 'a running registry from the bundle’s image that answers',
      found: (await findRegistry(input.engine, input.site))?.status ?? 'no container',
    });
  },
};

function registryTree(input: StartRegistryInput): Promise<ImageTree> {
  return readImageTree(input.bundle, registryImage(input.bundle, input.product.registry.image));
}

async function imageInEngine(input: StartRegistryInput, tree: ImageTree): Promise<string | undefined> {
  const pulled = localReference(registryAddress(input.port), tree);
  const id = await input.engine.imageId(pulled);
  if (id !== undefined && tree.ids.has(id)) return pulled;
  // what bears the bootstrap name is run only if its id is the bundle's too: anybody may have tagged anything
  const loaded = bootstrapReference(tree);
  const loadedId = await input.engine.imageId(loaded);
  return loadedId !== undefined && tree.ids.has(loadedId) ? loaded : undefined;
}

/** The containerd store gives a loaded archive an id of its own, which only the engine that just loaded it can tell. */
async function runsWhatWasLoaded(input: StartRegistryInput, signal: AbortSignal): Promise<boolean> {
  const container = await findRegistry(input.engine, input.site);
  if (container === undefined || !container.running || !hasSettings(container, input)) return false;
  const loaded = await input.engine.imageId(bootstrapReference(await registryTree(input)));
  return container.imageId === loaded && (await registryAnswers(input.port, signal));
}
